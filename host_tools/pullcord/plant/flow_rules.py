"""What must fit together in the flow of a plant: loops with their items, suppliers and stations; shifts."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pullcord.pull import calendar as calendars
from pullcord.pull.spans import total, without

from .declare import calendar_of
from .flow import Loop
from .inside import keys
from .model import Plant
from .problems import Path, Problem
from .shape import suggestion

_A_MONDAY = 1_767_571_200_000  # 2026-01-05; no clock changes in that week


def check(plant: Plant, data: Any, stations: Iterable[str]) -> Iterator[Problem]:
    """`data` is the whole document, `stations` those in it: a name counts as there, also when it has problems."""
    known = {section: keys(data, section) for section in ("loops", "items", "suppliers")}
    for name, loop in plant.loops.items():
        at: Path = ("loops", name)
        yield from _ends(loop, at, set(stations), known["suppliers"])
        yield from _batch(loop, at)
        if known["items"] and loop.item not in known["items"]:
            yield Problem((*at, "item"), loop.item, "there is no such item", suggestion(loop.item, known["items"]))
        if loop.releases is not None and (loop.releases == name or loop.releases not in known["loops"]):
            right = suggestion(loop.releases, known["loops"] - {name})
            yield Problem((*at, "releases"), loop.releases, "is no other loop", right)
    for name, supplier in plant.suppliers.items():
        for item in supplier.items:
            if item not in known["items"]:
                at = ("suppliers", name, "items", item)
                yield Problem(at, item, "there is no such item", suggestion(item, known["items"]))
    yield from _stocks(plant)
    yield from _days_off(plant)
    yield from _shifts(plant)


def _ends(loop: Loop, at: Path, stations: set[str], suppliers: set[str]) -> Iterator[Problem]:
    if loop.consumer not in stations:
        yield Problem((*at, "consumer"), loop.consumer, "there is no such station", suggestion(loop.consumer, stations))
    if "/" in loop.supplier and loop.supplier not in stations:
        right = suggestion(loop.supplier, stations) + " (or a name without a slash, for one outside)"
        yield Problem((*at, "supplier"), loop.supplier, "there is no such station", right)
    elif "/" not in loop.supplier and suppliers and loop.supplier not in suppliers:
        right = suggestion(loop.supplier, suppliers)
        yield Problem((*at, "supplier"), loop.supplier, "there is no such supplier", right)


def _batch(loop: Loop, at: Path) -> Iterator[Problem]:
    if loop.kind == "signal":
        if loop.batch is None:
            yield Problem((*at, "batch"), None, "is missing", "how many containers a signal loop makes at once")
        elif loop.batch > len(loop.cards):
            right = f"at most {len(loop.cards)}, or more cards"
            yield Problem((*at, "batch"), loop.batch, "never comes together with so few cards", right)
        return
    for key in ("batch", "reorder_point"):
        if getattr(loop, key) is not None:
            right = "kind: signal, or take it away"
            yield Problem((*at, key), getattr(loop, key), f"a {loop.kind} loop has none", right)
    if loop.kind == "two-bin" and len(loop.cards) != 2:
        yield Problem((*at, "cards"), f"{len(loop.cards)} cards", "a two-bin loop has two", "two, or another kind")


def _stocks(plant: Plant) -> Iterator[Problem]:
    for name, item in plant.items.items():
        stock = item.stock
        if stock and stock.target is not None and stock.target <= (stock.reorder_point or stock.safety):
            least = "reorder_point" if stock.reorder_point else "safety"
            right = f"above {least}, or nothing is ever bought"
            yield Problem(("items", name, "stock", "target"), stock.target, f"is not above {least}", right)


def _days_off(plant: Plant) -> Iterator[Problem]:
    for index, day in enumerate(plant.calendar.closed):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Problem(("calendar", "closed", index), day, "is no day", "one that the calendar has")


def _shifts(plant: Plant) -> Iterator[Problem]:
    sound = {**calendar_of(plant), "time_zone": "UTC", "closed": []}
    calendar = calendars.read(sound)
    for shift in calendar.shifts:
        day = calendars.Calendar(calendar.zone, (shift,))
        turn = next(iter(day.turns(_A_MONDAY, _A_MONDAY + 7 * calendars.DAY_MS)), None)
        outside = [stop for stop in turn.stops if total(without([stop], [turn.span]))] if turn else []
        for stop in outside:
            at: Path = ("calendar", "shifts", shift.name, "stops", turn.stops.index(stop) if turn else 0)
            yield Problem(at, "a stop", "is not within its shift", "a time of the shift, or take it away")
    told = set()
    for one, other in calendars.overlapping(calendar, _A_MONDAY):
        if (one.shift, other.shift) not in told:
            told.add((one.shift, other.shift))
            path: Path = ("calendar", "shifts", other.shift, "from")
            wrong = f"begins before shift {one.shift} has ended"
            yield Problem(path, plant.calendar.shifts[other.shift].begin, wrong, "one shift at a time")

