"""Stations whose clock is ahead: they said that something happened later than it was heard of."""

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Sheet


class Clocks:
    """`doubted` by station: how many of its times were replaced by those of the receipt, and which the latest was."""

    name = "clocks"
    version = 1

    def __init__(self) -> None:
        columns = {"station": str, "count": int, "first_at": int, "last_at": int, "event": str}
        self.doubted = Sheet("doubted_times", ("station",), columns)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return (self.doubted,)

    def apply(self, entry: Entry) -> None:
        if entry.doubted:
            row = self.doubted.row(entry.station)
            first = row["first_at"] if row["first_at"] is not None else entry.at
            told = {"count": (row["count"] or 0) + 1, "first_at": first, "last_at": entry.at, "event": entry.id}
            self.doubted.put(row | told)
