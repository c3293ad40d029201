"""The takt that customers ask for: available time / demand. Planned stops are taken out, other stops are not."""

from fractions import Fraction

from pullcord.pull import calendar as calendars
from pullcord.pull.calendar import Calendar
from pullcord.pull.spans import Span

from .declare import calendar_of
from .model import Line, Plant

_A_MONDAY = 1_767_571_200_000  # 2026-01-05, in UTC: a week without days off or a change of the clock
_WEEK = Span(_A_MONDAY, _A_MONDAY + 7 * calendars.DAY_MS)


def asked_takt_s(plant: Plant, line: Line) -> Fraction | None:
    """Seconds a piece, over all that the line makes; None without shifts or demand.

    Example: 1,920 min a week, 960 units -> 120.
    """
    every = calendars.read({**calendar_of(plant), "time_zone": "UTC", "closed": []})
    names = plant.calendar.shifts if line.shifts is None else line.shifts
    shifts = tuple(shift for shift in every.shifts if shift.name in names)
    days = len({day for shift in shifts for day in shift.days})
    pieces = 0
    for name in line.makes:
        item = plant.items.get(name)
        if item and item.demand:
            pieces += item.demand.pieces * (days if item.demand.each == "day" else 1)
    available = Calendar(every.zone, shifts).available_ms(_WEEK)
    return Fraction(available, 1000 * pieces) if pieces and available else None
