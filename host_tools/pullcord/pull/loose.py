"""Times of events whose station had no clock: kept in mind until the plant can place them.

An entry that is `loose` came with the time of its receipt. What was written with that time is noted here, and put
right when an `events.placed` says when the boot began.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pullcord.pull.entry import PLACED, Entry
from pullcord.pull.sheet import Row, Sheet


class Settled(NamedTuple):
    """`row`, whose `column` now has its true time."""

    row: Row
    column: str


class Loose:
    """`sheet` notes which column of which row of `of` waits for its time."""

    def __init__(self, of: Sheet) -> None:
        columns = {"row": str, "field": str, "journal": str, "boot": int, "uptime": int}
        self.sheet = Sheet(f"{of.name}_loose", ("row", "field"), columns)
        self._of = of

    def stamp(self, row: Row, column: str, entry: Entry) -> None:
        """Write the entry's time into the row."""
        row[column] = entry.at
        key = _one(self._of, row)
        if entry.loose:
            noted = {"journal": entry.journal, "boot": entry.boot, "uptime": entry.uptime}
            self.sheet.put({"row": key, "field": column, **noted})

    def settle(self, entry: Entry) -> Iterator[Settled]:
        """For an `events.placed`: put right what waited for it, row by row."""
        if entry.kind != PLACED:
            return
        for note in self.sheet.open():
            if (note["journal"], note["boot"]) != (entry.data["journal"], entry.data["boot"]):
                continue
            self.sheet.drop(note["row"], note["field"])
            row = self._of.get(note["row"])
            if row is not None:
                row[note["field"]] = entry.data["began"] + note["uptime"]
                self._of.put(row)
                yield Settled(row, note["field"])


def _one(sheet: Sheet, row: Row) -> Any:
    (name,) = sheet.key
    return row[name]
