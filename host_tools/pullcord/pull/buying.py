"""When an item is bought, how much of it, and from whom: what the plant file says, and what follows from it."""

from collections.abc import Mapping
from typing import Any

from pullcord.pull.sizing import DAY_MS, reorder_point

DAYS_A_WEEK = 7


def rules(plant: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By item with stock that is bought: `reorder_point`, `target`, `pack`, `supplier`, `part_number`, `promised_ms`.

    `plant`: as `declared.read` gives it. The first supplier in the file that sells an item is its usual one.
    """
    return {name: _rule(plant, name, item) for name, item in plant["items"].items() if item["stock"]}


def demand_a_day(plant: Mapping[str, Any], item: Mapping[str, Any]) -> float | None:
    """Pieces a calendar day, as declared: customers take none on days on which nobody works."""
    demand = item["demand"]
    if demand is None:
        return None
    days = 1 if demand["each"] == "week" else working_days(plant)
    return float(demand["pieces"] * days / DAYS_A_WEEK)


def working_days(plant: Mapping[str, Any]) -> int:
    """A week; every day when no shifts are declared."""
    shifts = plant["calendar"]["shifts"].values()
    return len({day for shift in shifts for day in shift["days"]}) or DAYS_A_WEEK


def lead_time_days(plant: Mapping[str, Any], supplier: str, item: str) -> float | None:
    """What was agreed for the item, or with the supplier."""
    known = plant["suppliers"].get(supplier)
    if known is None:
        return None
    offer = known["items"].get(item)
    own: float | None = offer["lead_time_days"] if offer else None
    return own if own is not None else known["lead_time_days"]


def offers(plant: Mapping[str, Any], item: str) -> dict[str, dict[str, Any]]:
    """Who sells it, by supplier, in the order of the file."""
    return {name: one["items"][item] for name, one in plant["suppliers"].items() if item in one["items"]}


def _rule(plant: Mapping[str, Any], name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    supplier, offer = next(iter(offers(plant, name).items()), ("", {"pack": 1, "part_number": None}))
    days = lead_time_days(plant, supplier, name)
    point, safety = item["stock"]["reorder_point"], item["stock"]["safety"]
    demand = demand_a_day(plant, item)
    if point is None and demand is not None and days is not None:
        point = reorder_point(demand, days, safety)
    target = item["stock"]["target"]
    if target is None and point is not None:
        target = 2 * point - safety  # the point, and what another lead time takes
    return {
        "reorder_point": point,
        "target": target,
        "pack": offer["pack"],
        "supplier": supplier or None,
        "part_number": offer["part_number"],
        "promised_ms": None if days is None else round(days * DAY_MS),
    }
