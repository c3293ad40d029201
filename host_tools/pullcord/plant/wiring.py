"""Which pins a station uses, and for what."""

from collections.abc import Iterator
from dataclasses import dataclass

from .model import Station
from .problems import Path


@dataclass(frozen=True)
class Use:
    """`path` leads from the station to the pin's name."""

    path: Path
    pin: str
    output: bool
    pull: str = "none"


def uses(station: Station) -> Iterator[Use]:
    for light, pin in station.light.pins.items():
        yield Use(("light", "pins", light), pin, output=True)
    if station.buzzer:
        yield Use(("buzzer", "pin"), station.buzzer.pin, output=True)
    if station.permit:
        yield Use(("permit", "pin"), station.permit.pin, output=True)
    for name, item in station.inputs.items():
        yield Use(("inputs", name, "pin"), item.pin, output=False, pull=item.pull)
    for name, reader in station.readers.items():
        for answer, pin in reader.pins.items():
            yield Use(("readers", name, "pins", answer), pin, output=True)
