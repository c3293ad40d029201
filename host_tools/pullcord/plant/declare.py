"""What of the plant file goes into the log when it is put in force: all that the fold needs to know of it.

The fold never reads the plant file: what a signal meant then is judged by the plant that was in force then. What is
said here in another way gets another FORMAT, and `pullcord.pull.declared` reads the older ones.
"""

import hashlib
import json
from typing import Any

from pullcord.pull.declared import FORMAT

from . import levels
from .flow import Loop
from .model import Category, Line, Plant


def declaration(plant: Plant) -> dict[str, Any]:
    """The data of a `plant.declared`: `plant`, and its `hash`, which tells whether anything of it changed."""
    content = {
        "format": FORMAT,
        "site": plant.site.name,
        "calendar": calendar_of(plant),
        "items": {name: item.model_dump() for name, item in plant.items.items()},
        "suppliers": {name: supplier.model_dump() for name, supplier in plant.suppliers.items()},
        "reasons": dict(plant.reasons),
        "channels": {name: channel.name for name, channel in plant.channels.items()},
        "people": {name: person.model_dump() for name, person in plant.people.items()},
        "roles": {name: role.model_dump() for name, role in plant.roles.items()},
        "lines": _lines(plant),
        "stations": _stations(plant),
        "loops": {name: _loop(plant, loop) for name, loop in plant.loops.items()},
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return {"hash": hashlib.sha256(text.encode()).hexdigest()[:12], "plant": content}


def calendar_of(plant: Plant) -> dict[str, Any]:
    """As `pullcord.pull.calendar.read` takes it."""
    shifts = {name: shift.model_dump(by_alias=True) for name, shift in plant.calendar.shifts.items()}
    return {"time_zone": plant.site.time_zone, "shifts": shifts, "closed": list(plant.calendar.closed)}


def _lines(plant: Plant) -> dict[str, dict[str, Any]]:
    """By their whole path. `segments`: paths of the stations that stop together. `shifts`: None for all."""
    return {
        f"{plant.site.name}/{area_name}/{name}": {
            "makes": list(line.makes),
            "shifts": line.shifts,
            "takt_ms": line.takt.takt_s * 1000 if line.takt else None,
            "segments": _segments(line, f"{plant.site.name}/{area_name}/{name}"),
        }
        for area_name, area in plant.areas.items()
        for name, line in area.lines.items()
    }


def _segments(line: Line, path: str) -> dict[str, list[str]]:
    return {name: [f"{path}/{station}" for station in members] for name, members in line.segments.items()}


def _stations(plant: Plant) -> dict[str, dict[str, Any]]:
    """By their whole path. `takt_ms` of those that count their cycles, against which these are measured."""
    out = {}
    for path, (line, station) in plant.stations().items():
        takt = levels.takt(line, station)
        counts = any(item.does == "cycle" for item in station.inputs.values())
        categories = levels.categories(*levels.andon(plant, line, station))
        out[f"{plant.site.name}/{path}"] = {
            "takt_ms": takt.takt_s * 1000 if takt and counts else None,
            "categories": {name: _category(category) for name, category in categories.items()},
        }
    return out


def _category(category: Category) -> dict[str, Any]:
    """`tell`: roles by level, those of the call itself first."""
    tell = [category.tell.get(str(level), []) for level in range(len(category.escalate_s) + 1)]
    return {"stop": category.stop, "escalate_s": list(category.escalate_s), "tell": tell}


def _loop(plant: Plant, loop: Loop) -> dict[str, Any]:
    """Stations by their whole path. `ships`: the supplier has a reader where it taps what leaves."""
    station = plant.stations().get(loop.supplier)
    ships = station is not None and any(reader.role == "ship" for reader in station[1].readers.values())
    same = ("kind", "item", "quantity", "batch", "reorder_point", "releases", "cards")
    return {name: getattr(loop, name) for name in same} | {
        "consumer": f"{plant.site.name}/{loop.consumer}",
        "supplier": f"{plant.site.name}/{loop.supplier}" if station else loop.supplier,
        "safety": str(loop.safety),
        "ships": ships,
    }
