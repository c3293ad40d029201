"""What to buy for a station."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .circuit import Device, Sheet
from .parts import Item
from .sheets import Plan, sheets

# What every station needs beside what its drawings show.
_ALWAYS = (("enclosure", "", 1), ("board-carrier", "", 1), ("terminal-pe", "PE", 2), ("bridge", "X1", 2))
_WIRES_A_TERMINAL = 2


@dataclass(frozen=True)
class Row:
    """`quantity`: pieces, or metres of a cable. `places`: designators in the drawings."""

    part: str
    places: tuple[str, ...]
    quantity: int
    item: Item


def devices(plan: Plan) -> dict[str, Device]:
    """Of all sheets of the station, by designator."""
    return {name: device for sheet in sheets(plan) for name, device in sheet.devices.items() if not device.net}


def bill(plan: Plan) -> list[Row]:
    """In the order of the catalogue."""
    quantity: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    for part, place, count in _needed(plan):
        quantity[part] += count
        places.setdefault(part, [])
        if place and place not in places[part]:
            places[part].append(place)
    return [Row(part, tuple(places[part]), quantity[part], plan.items[part]) for part in plan.items if quantity[part]]


def as_csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["quantity", "maker", "part number", "what", "rating", "in the drawings"])
    for row in rows:
        item = row.item
        writer.writerow([row.quantity, item.maker, item.number, item.what, item.rating, " ".join(row.places)])
    return text.getvalue()


def _needed(plan: Plan) -> Iterator[tuple[str, str, int]]:
    """(part, designator, how many)."""
    made = sheets(plan)
    for name, device in devices(plan).items():
        yield device.part, name, _terminals(made) if name == "X1" else len(device.terminals) if name == "X2" else 1
    yield plan.parts.fuse, "F1", 1
    for number, item in enumerate(plan.station.inputs.values(), 1):
        if item.loop:
            yield "resistor-4k7", f"S{number}", 2
            yield "capacitor-100n", f"Z{number + 1}", 1
    yield from _ALWAYS
    yield from _metres(made)


def _terminals(made: list[Sheet]) -> int:
    """Enough for every wire that ends at +24 V or 0 V."""
    ends = Counter(
        "+" if "+24 V" in terminal else "0"
        for sheet in made
        for wire in sheet.wires
        for name, terminal in (wire.left, wire.right)
        if name == "X1" or terminal.removeprefix("X1 ") in ("+24 V", "0 V")
    )
    return sum(math.ceil(count / _WIRES_A_TERMINAL) for count in ends.values())


def _metres(made: list[Sheet]) -> Iterator[tuple[str, str, int]]:
    """Cables, each rounded up to a metre; single wires together."""
    single = 0.0
    for sheet in made:
        for cable in sheet.cables.values():
            if cable.part:
                yield cable.part, cable.name, math.ceil(cable.length_m)
            else:
                single += cable.length_m * sum(wire.cable == cable.name for wire in sheet.wires)
    yield "wire", "", math.ceil(single)
