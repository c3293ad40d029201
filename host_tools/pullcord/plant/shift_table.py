"""The shifts of a line as its stations take them: what each minute of the week is, and the time zone.

An entry is (weekday of the shift's start * 2880 + minutes since its midnight) * 3 + what it is from then on: 0 nobody
works, 1 a planned stop, 2 work (`station.core.calendar` reads it).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pullcord.pull import calendar as calendars
from pullcord.pull.calendar import Shift

from . import zone
from .declare import calendar_of
from .model import Line, Plant

_OFF, _STOP, _WORK = 0, 1, 2
_TWO_DAYS = 2880
_EPOCH = date(1970, 1, 1)


def table(plant: Plant, line: Line) -> dict[str, Any] | None:
    """The config's `calendar`; None when no shift is declared in which this line works."""
    declared = calendar_of(plant)
    names = declared["shifts"] if line.shifts is None else line.shifts
    shifts = [shift for shift in calendars.read(declared).shifts if shift.name in names]
    if not shifts:
        return None
    return {
        "week": [entry for weekday in range(7) for entry in _day(weekday, shifts)],
        "zone": zone.transitions(plant.site.time_zone),
        "closed": sorted({(date.fromisoformat(day) - _EPOCH).days for day in plant.calendar.closed}),
    }


def _day(weekday: int, shifts: Iterable[Shift]) -> list[int]:
    """Of the shifts that start on that day; those that cross midnight go on into the next one."""
    spans = [(shift.starts, _after(shift.starts, shift.ends), shift) for shift in shifts if weekday in shift.days]
    works = [(begin, end) for begin, end, _ in spans]
    stops = [_stop(shift.starts, *stop) for _, _, shift in spans for stop in shift.stops]
    changes = sorted({minute for span in [*works, *stops] for minute in span})
    return [(weekday * _TWO_DAYS + minute) * 3 + _kind(minute, works, stops) for minute in changes]


def _kind(minute: int, works: list[tuple[int, int]], stops: list[tuple[int, int]]) -> int:
    if any(begin <= minute < end for begin, end in stops):
        return _STOP
    return _WORK if any(begin <= minute < end for begin, end in works) else _OFF


def _stop(shift_starts: int, begin: int, end: int) -> tuple[int, int]:
    begin = begin if begin >= shift_starts else begin + 1440
    return begin, _after(begin, end)


def _after(begin: int, end: int) -> int:
    while end <= begin:
        end += 1440
    return end
