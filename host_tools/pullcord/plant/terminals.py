"""Lights and inputs that are not at the board's own pins: at an expander, or in a chain of LEDs."""

from collections.abc import Iterator
from typing import Any

from station.core.config_parts import COUNTERS

from . import pins, wiring
from .boards import Board
from .model import Expander, Input, Station
from .problems import Path, Problem, dotted
from .shape import suggestion

PINS = {
    "pcf8574": [f"P{bit}" for bit in range(8)],
    "mcp23017": [f"GP{port}{bit}" for port in "AB" for bit in range(8)],
}
"""Names of the pins as the datasheets call them, in order of their bits."""
_CHANNELS = ("red", "green", "blue")


def number(expander: Expander, pin: str) -> int:
    return PINS[expander.kind].index(pin)


def expanders(station: Station, board: Board) -> list[dict[str, Any]]:
    """The config's expanders."""
    numbers = pins.buses(wiring.uses(station), board)
    found = []
    for name, item in station.expanders.items():
        gpios = {signal: board.pins[getattr(item, signal)].gpio for signal in ("sda", "scl")}
        bus = {"i2c": numbers["expanders", name], **gpios}
        found.append({"name": name, "kind": item.kind, "address": item.address, "bus": bus})
    return found


def light(station: Station, board: Board) -> dict[str, Any]:
    """The config's light: `pins` are GPIO numbers, bits of the expander, or places in the chain."""
    its = station.light
    out: dict[str, Any] = {"kind": its.kind, "active": its.active}
    if its.pixels:
        names = _CHANNELS if its.kind == "rgb" else its.pixels.tiers
        out["pins"] = {name: place for place, name in enumerate(names)}
        chain = its.pixels
        out["pixels"] = {"pin": board.pins[chain.pin].gpio, "each": chain.each, "brightness": chain.brightness}
    elif its.expander:
        expander = station.expanders[its.expander]
        out["pins"] = {name: number(expander, pin) for name, pin in its.pins.items()}
        out["expander"] = its.expander
    else:
        out["pins"] = {name: board.pins[pin].gpio for name, pin in its.pins.items()}
    return out


def problems(station: Station, at: Path) -> Iterator[Problem]:
    """What does not fit together."""
    yield from _light(station, (*at, "light"))
    for name, item in station.inputs.items():
        if item.expander:
            yield from _expander_pin(station, item.expander, item.pin, (*at, "inputs", name), "pin")
            for key in ("loop", "pull", "counted"):
                if key in item.model_fields_set:
                    wrong = "a pin of an expander has none"
                    yield Problem((*at, "inputs", name, key), key, wrong, "take it away")
        yield from _counted(item, (*at, "inputs", name))
    for name in [name for name, item in station.inputs.items() if item.counted][COUNTERS:]:
        wrong = "the chip has no counter left"
        yield Problem((*at, "inputs", name, "counted"), "true", wrong, f"at most {COUNTERS} that are counted")
    yield from _once(station, at)


def _counted(item: Input, at: Path) -> Iterator[Problem]:
    if item.counted and item.loop:
        yield Problem((*at, "loop"), "loop", "what is counted has no watched wire", "take one of the two away")
    if item.counted and item.does not in ("cycle", "mark"):
        yield Problem((*at, "does"), item.does, "is nothing to count", "cycle or mark")
    if item.counted and item.stable_ms > 30:
        yield Problem((*at, "stable_ms"), item.stable_ms, "is too long for a counter", "1 to 30")


def _light(station: Station, at: Path) -> Iterator[Problem]:
    light = station.light
    if light.pixels:
        if light.pins:
            right = "pixels.tiers, from the near end"
            yield Problem((*at, "pins"), ", ".join(light.pins), "LEDs in a chain have no pins", right)
        if light.kind == "tower" and not {"red", "green"} <= set(light.pixels.tiers):
            wrong = "a tower has red and green at least"
            tiers = ", ".join(light.pixels.tiers)
            yield Problem((*at, "pixels", "tiers"), tiers, wrong, "such as [red, yellow, green]")
    elif light.expander:
        for name, pin in light.pins.items():
            yield from _expander_pin(station, light.expander, pin, at, "pins", name)
    elif not light.pins:
        yield Problem((*at, "pins"), None, "is missing", "the pins of the lights by colour, or pixels")


def _expander_pin(station: Station, name: str, pin: str, at: Path, *key: str) -> Iterator[Problem]:
    expander = station.expanders.get(name)
    if expander is None:
        right = suggestion(name, station.expanders)
        yield Problem((*at, "expander"), name, "there is no such expander at this station", right)
    elif pin not in PINS[expander.kind]:
        right = suggestion(pin, PINS[expander.kind])
        yield Problem((*at, *key), pin, f"a {expander.kind} has no such pin", right)


def _once(station: Station, at: Path) -> Iterator[Problem]:
    """Each pin of an expander, and each address at a bus, is used once."""
    taken: dict[tuple[Any, ...], str] = {}
    light = station.light
    uses: list[tuple[tuple[Any, ...], Path, str]] = []
    if light.expander:
        uses += [((light.expander, pin), ("light", "pins", name), pin) for name, pin in light.pins.items()]
    for name, item in station.inputs.items():
        if item.expander:
            uses.append(((item.expander, item.pin), ("inputs", name, "pin"), item.pin))
    for name, expander in station.expanders.items():
        key = (expander.sda, expander.scl, expander.address)
        uses.append((key, ("expanders", name, "address"), str(expander.address)))
    for key, path, value in uses:
        where = dotted(path)
        if key in taken:
            yield Problem((*at, *path), value, f"is used by {taken[key]}", "one of its own")
        taken.setdefault(key, where)
