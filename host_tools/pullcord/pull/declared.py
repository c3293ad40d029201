"""The plant as it was put in force (`plant.declared`), also by an earlier version that said less of it."""

from collections.abc import Mapping
from typing import Any

FORMAT = 2

_NOTHING: dict[str, Any] = {
    "format": FORMAT, "site": "", "calendar": {"time_zone": "UTC", "shifts": {}, "closed": []}, "items": {},
    "suppliers": {}, "reasons": {}, "channels": {}, "people": {}, "roles": {}, "lines": {}, "stations": {}, "loops": {},
}  # fmt: skip
_ITEM: dict[str, Any] = {
    "demand": None, "stock": None, "price": None, "week_without": None, "risks": [], "policy": None,
}  # fmt: skip
_SUPPLIER: dict[str, Any] = {"lead_time_days": None, "items": {}}


def read(plant: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `plant` of a `plant.declared` with all that the newest format says; without one, a plant with nothing in it.

    Keys are those of the plant file, with defaults filled in; see `pullcord.plant.declare` for what differs.
    """
    whole = {**_NOTHING, **(plant or {})}
    if not plant or plant.get("format", 1) == FORMAT:
        return whole
    stations = {name: {"categories": {}, **station} for name, station in whole["stations"].items()}
    return whole | {
        "format": FORMAT,
        "items": {name: {"name": said, **_ITEM} for name, said in whole["items"].items()},
        "suppliers": {name: {"name": said, **_SUPPLIER} for name, said in whole["suppliers"].items()},
        "stations": stations,
    }
