"""Which pins a station uses, and what each use needs of its pin."""

from collections.abc import Iterator
from dataclasses import dataclass

from .model import Input, Station
from .problems import Path

_BUS_WIRES = {"sck": "spi.sck", "mosi": "spi.mosi", "miso": "spi.miso", "tx": "uart.tx", "rx": "uart.rx"}


@dataclass(frozen=True)
class Use:
    """`path` leads from the station to the pin's name. `needs`: see `capability.NEEDS`.

    `device`: the path of what has this pin among others; the signals of a bus at one device belong together.
    """

    path: Path
    pin: str
    needs: tuple[str, ...]
    device: Path = ()


def words(use: Use) -> str:
    """For people: `input cord`, `light red`, `reader badge tx`, `permit readback`."""
    first, *rest = (str(part) for part in use.path)
    return " ".join([first.removesuffix("s"), *(part for part in rest if part not in ("pin", "pins", "bus"))])


def uses(station: Station) -> Iterator[Use]:
    yield from _light(station)
    yield from _sounds_and_permit(station)
    for name, expander in station.expanders.items():
        for signal in ("sda", "scl"):
            yield Use(("expanders", name, signal), getattr(expander, signal), ("i2c." + signal,), ("expanders", name))
    for name, item in station.inputs.items():
        if not item.expander:
            yield Use(("inputs", name, "pin"), item.pin, _input_needs(item))
    for name, reader in station.readers.items():
        for answer, pin in reader.pins.items():
            yield Use(("readers", name, "pins", answer), pin, ("output",))
        for wire, pin in reader.bus.items():
            need = _BUS_WIRES.get(wire, "output")
            yield Use(("readers", name, "bus", wire), pin, (need,), reader_device(name))


def _light(station: Station) -> Iterator[Use]:
    light = station.light
    if light.pixels:
        yield Use(("light", "pixels", "pin"), light.pixels.pin, ("pixels",))
    elif not light.expander:
        for colour, pin in light.pins.items():
            yield Use(("light", "pins", colour), pin, ("output",))
    sense = light.sense
    if sense:
        for colour, pin in sense.pins.items():
            yield Use(("light", "sense", "pins", colour), pin, _pulled(sense.pull))


def _sounds_and_permit(station: Station) -> Iterator[Use]:
    if station.buzzer:
        yield Use(("buzzer", "pin"), station.buzzer.pin, ("pwm",) if station.buzzer.kind == "pwm" else ("output",))
    if station.permit:
        off_in_reset = ("off-in-reset",) if station.permit.active == "high" else ()
        yield Use(("permit", "pin"), station.permit.pin, ("output", *off_in_reset))
        if station.permit.readback:
            back = station.permit.readback
            yield Use(("permit", "readback", "pin"), back.pin, _pulled(back.pull))


def reader_device(name: str) -> Path:
    """What the wires of this reader's chip belong to."""
    return ("readers", name, "bus")


def _input_needs(item: Input) -> tuple[str, ...]:
    if item.loop:
        return ("adc",)
    if item.counted:
        return ("pulses", *_pulled(item.pull))
    return _pulled(item.pull)


def _pulled(pull: str) -> tuple[str, ...]:
    return ("input",) if pull == "none" else ("input", f"pull-{pull}")
