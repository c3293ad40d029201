"""Shifts on the plant's own clock: across midnight, across daylight saving, with planned stops and days off.

A shift belongs to the day on which it starts. Times of day are minutes since midnight as the clock on the wall shows
them. An hour that the clock skips does not exist: 02:30 then is 03:30. Of an hour that comes twice the first one is
meant, so that a shift ends where the next one begins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pullcord.pull.spans import Span, common, total, without

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Shift:
    """`ends` no later than `starts`: on the next day. `stops`: planned ones, (begin, end)."""

    name: str
    starts: int
    ends: int
    days: frozenset[int] = frozenset(range(7))
    stops: tuple[tuple[int, int], ...] = ()


class Turn(NamedTuple):
    """One shift of one day, with its planned stops."""

    shift: str
    day: date
    span: Span
    stops: tuple[Span, ...]

    @property
    def busy(self) -> list[Span]:
        """The planned busy time."""
        return without([self.span], self.stops)


@dataclass(frozen=True)
class Calendar:
    """`closed`: days on which no shift starts."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...]
    closed: frozenset[date] = frozenset()

    def turns(self, begin: int, end: int) -> Iterator[Turn]:
        """Every turn that has a part in the span, in order of time."""
        first = _local_day(begin - DAY_MS, self.zone)
        last = _local_day(end, self.zone)
        found = [
            self._turn(shift, first + timedelta(days=n))
            for n in range((last - first).days + 1)
            for shift in self.shifts
            if self._works(shift, first + timedelta(days=n))
        ]
        for turn in sorted(found, key=lambda turn: turn.span):
            if turn.span.begin < end and turn.span.end > begin:
                yield turn

    def at(self, moment: int) -> Turn | None:
        """The turn under way; None between shifts."""
        return next((turn for turn in self.turns(moment, moment + 1)), None)

    def day_of(self, moment: int) -> date:
        """The day that the clock on the wall is in."""
        return _local_day(moment, self.zone)

    def busy(self, span: Span) -> list[Span]:
        """The planned busy time within the span."""
        return common([span], [part for turn in self.turns(*span) for part in turn.busy])

    def available_ms(self, span: Span) -> int:
        return total(self.busy(span))

    def _works(self, shift: Shift, day: date) -> bool:
        return day.weekday() in shift.days and day not in self.closed

    def _turn(self, shift: Shift, day: date) -> Turn:
        span = self._span(day, shift.starts, shift.starts, shift.ends)
        return Turn(shift.name, day, span, tuple(self._span(day, shift.starts, *stop) for stop in shift.stops))

    def _span(self, day: date, shift_starts: int, begin: int, end: int) -> Span:
        """A time of day before the shift's start is one of the next day."""
        begin_day = begin + (1440 if begin < shift_starts else 0)
        end_day = end + (1440 if end <= begin else 0) + (begin_day - begin)
        return Span(_instant(day, begin_day, self.zone), _instant(day, end_day, self.zone))


def read(declared: Mapping[str, Any]) -> Calendar:
    """The `calendar` of a plant that was put in force: `time_zone`, `shifts` by name, `closed` days."""
    shifts = tuple(
        Shift(
            name,
            minutes(shift["from"]),
            minutes(shift["to"]),
            frozenset(_DAYS.index(day) for day in shift["days"]),
            tuple((minutes(stop["from"]), minutes(stop["to"])) for stop in shift["stops"]),
        )
        for name, shift in declared["shifts"].items()
    )
    closed = frozenset(date.fromisoformat(day) for day in declared["closed"])
    return Calendar(ZoneInfo(declared["time_zone"]), shifts, closed)


def minutes(text: str) -> int:
    """`06:30` as 390."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return (wall.replace(tzinfo=zone).astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


def _local_day(moment: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=moment)).astimezone(zone).date()


def overlapping(calendar: Calendar, week_from: int) -> list[tuple[Turn, Turn]]:
    """Turns of the week from that moment on of which one begins before the other has ended."""
    turns = list(calendar.turns(week_from, week_from + 7 * DAY_MS))
    return [(one, next_) for one, next_ in pairwise(turns) if next_.span.begin < one.span.end]
