"""What must fit together in a line: its segments, what it makes, and the shifts in which it works."""

from collections.abc import Iterator
from typing import Any

from .inside import keys
from .model import Line, Plant
from .problems import Path, Problem
from .shape import suggestion


def check(plant: Plant, data: Any) -> Iterator[Problem]:
    """`data` is the whole document: a name in it counts as there, also when its section has problems."""
    items, shifts = keys(data, "items"), keys(data, "calendar", "shifts")
    for area_name, area in plant.areas.items():
        for line_name, line in area.lines.items():
            at: Path = ("areas", area_name, "lines", line_name)
            yield from _segments(line, at, keys(data, *at, "stations"))
            for index, shift in enumerate(line.shifts or ()):
                if shift not in shifts:
                    right = suggestion(shift, shifts)
                    yield Problem((*at, "shifts", index), shift, "there is no such shift", right)
            for index, item in enumerate(line.makes):
                yield from _made(plant, item, (*at, "makes", index), items)


def _segments(line: Line, at: Path, stations: set[str]) -> Iterator[Problem]:
    segment_of: dict[str, str] = {}
    for name, members in line.segments.items():
        path = (*at, "segments", name)
        for index, member in enumerate(members):
            if member not in stations:
                right = suggestion(member, stations)
                yield Problem((*path, index), member, "there is no such station in this line", right)
            elif member in segment_of:
                right = "one segment for each station"
                yield Problem((*path, index), member, f"it is in segment {segment_of[member]} already", right)
            segment_of.setdefault(member, name)
        there = [line.stations[member] for member in members if member in line.stations]
        if len(there) == len(members) and not any(station.permit for station in there):
            yield Problem(path, name, "no station of it has a permit relay", "permit at one of them at least")


def _made(plant: Plant, item: str, at: Path, items: set[str]) -> Iterator[Problem]:
    if item not in items:
        yield Problem(at, item, "there is no such item", suggestion(item, items))
    elif item in plant.items and plant.items[item].demand is None:
        yield Problem(at, item, "nobody says how many are needed", f"items.{item}.demand, such as 480 (a day)")

