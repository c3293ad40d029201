"""What of the plant file goes into the log when it is put in force: all that the fold needs to know of it.

The fold never reads the plant file: what a signal meant then is judged by the plant that was in force then.
"""

import hashlib
import json
from typing import Any

from .model import Loop, Plant


def declaration(plant: Plant) -> dict[str, Any]:
    """The data of a `plant.declared`: `plant`, and its `hash`, which tells whether anything of it changed."""
    content = {
        "site": plant.site.name,
        "calendar": calendar_of(plant),
        "items": {name: item.name for name, item in plant.items.items()},
        "suppliers": {name: supplier.name for name, supplier in plant.suppliers.items()},
        "reasons": dict(plant.reasons),
        "stations": _stations(plant),
        "loops": {name: _loop(plant, loop) for name, loop in plant.loops.items()},
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return {"hash": hashlib.sha256(text.encode()).hexdigest()[:12], "plant": content}


def calendar_of(plant: Plant) -> dict[str, Any]:
    """As `pullcord.pull.calendar.read` takes it."""
    shifts = {name: shift.model_dump(by_alias=True) for name, shift in plant.calendar.shifts.items()}
    return {"time_zone": plant.site.time_zone, "shifts": shifts, "closed": list(plant.calendar.closed)}


def _stations(plant: Plant) -> dict[str, dict[str, Any]]:
    """`takt_ms` of those that count their cycles, against which these are measured."""
    out = {}
    for path, (line, station) in plant.stations().items():
        takt = station.takt if "takt" in station.model_fields_set else line.takt
        counts = any(item.does == "cycle" for item in station.inputs.values())
        out[f"{plant.site.name}/{path}"] = {"takt_ms": takt.takt_s * 1000 if takt and counts else None}
    return out


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
