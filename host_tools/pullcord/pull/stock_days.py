"""Stock and consumption by day, so that turns can be told for any span of days.

A day's row holds the sum of the changes and their `weight`: each change times how long it lasted of that day. So the
average of any span comes out right in whatever order the changes arrive.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Row, Sheet
from pullcord.pull.spans import Span

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
YEAR_MS = 365 * DAY_MS
_SUMS = ("moved", "weight", "consumed", "received")


class StockDays:
    """`days` by item and day (its beginning, UTC)."""

    def __init__(self) -> None:
        numbers = dict.fromkeys(_SUMS, int)
        columns = {"item": str, "day": int, **numbers, "over": int}
        self.days = Sheet("stock_days", ("item", "day"), columns, closed="over")

    def book(self, item: str, entry: Entry, moved: int = 0, consumed: int = 0, received: int = 0) -> None:
        at = entry.at
        day = at - at % DAY_MS
        row = self.days.get(item, day)
        if row is None:
            self._finish(item, day)
            row = self.days.row(item, day) | dict.fromkeys(_SUMS, 0)
        changes = {"moved": moved, "weight": moved * (day + DAY_MS - at), "consumed": consumed, "received": received}
        self.days.put(row | {name: row[name] + change for name, change in changes.items()})

    def _finish(self, item: str, day: int) -> None:
        for row in self.days.open():
            if row["item"] == item and row["day"] < day:
                self.days.put(row | {"over": row["day"] + DAY_MS})


class Turns(NamedTuple):
    """`average` pieces in stock over the span; `turns` of it in the span, `a_year` at that pace.

    None: no stock; `a_year`, too, where the span is shorter than a week, too short to speak for a year.
    """

    consumed: int
    received: int
    average: float
    turns: float | None
    a_year: float | None


def turns(days: Iterable[Row], span: Span) -> Turns:
    """Of one item over a span that begins at a day's beginning (UTC): throughput over average inventory, ISO 22400-2.

    `days`: every row of the item, from the first one on.
    """
    consumed = received = area = 0
    for row in days:
        end = row["day"] + DAY_MS
        if row["day"] >= span.end:
            continue
        if row["day"] < span.begin:
            area += row["moved"] * span.length
            continue
        area += row["weight"] + row["moved"] * (span.end - end)
        consumed, received = consumed + row["consumed"], received + row["received"]
    average = area / span.length
    found = consumed / average if average > 0 else None
    a_year = None if found is None or span.length < WEEK_MS else found * YEAR_MS / span.length
    return Turns(consumed, received, average, found, a_year)
