"""Time as a loop counts it: the hours in which people work inside the plant, all hours where a supplier is outside.

A card that lies still overnight is not late, and a lead time that has a night in it is not longer for that.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from pullcord.pull.calendar import Calendar
from pullcord.pull.spans import Span, merged


class AllHours:
    """Of a supplier outside, and of a plant that declared no shifts."""

    name = "all hours"

    def between(self, begin: int, end: int) -> int:
        """Milliseconds; below zero when `end` comes first."""
        return end - begin

    def after(self, begin: int, length: int) -> int | None:
        """The moment at which so much time has gone by; None when the span that is known ends before."""
        return begin + length


class WorkingHours(AllHours):
    """`busy`: the planned busy time of the span that is looked at."""

    name = "working hours"

    def __init__(self, busy: Sequence[Span]) -> None:
        spans = merged(busy)
        self._begins = [span.begin for span in spans]
        self._ends = [span.end for span in spans]
        self._sums = list(accumulate((span.length for span in spans), initial=0))

    def between(self, begin: int, end: int) -> int:
        return self._until(end) - self._until(begin)

    def after(self, begin: int, length: int) -> int | None:
        wanted = self._until(begin) + length
        if wanted > self._sums[-1]:
            return None
        index = max(1, bisect_left(self._sums, wanted))
        return self._begins[index - 1] + wanted - self._sums[index - 1]

    def _until(self, moment: int) -> int:
        """Worked from the beginning of all up to the moment."""
        index = bisect_right(self._begins, moment)
        if not index:
            return 0
        return self._sums[index - 1] + min(moment, self._ends[index - 1]) - self._begins[index - 1]


def hours(calendar: Calendar, span: Span) -> AllHours:
    """For what lies within the span."""
    return WorkingHours(calendar.busy(span)) if calendar.shifts else AllHours()


def of_loop(supplier: str, inside: AllHours) -> AllHours:
    """A supplier with a slash in its name is a station."""
    return inside if "/" in supplier else AllHours()
