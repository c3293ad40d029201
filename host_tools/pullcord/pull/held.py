"""Entries whose station had no clock, kept back until the plant knows when they were.

The clock comes with the network, so an `events.placed` follows within seconds of what was sent without a time. Where
none does, an entry counts at the time of its receipt: when its station goes on without a clock, or is not heard again.
"""

from collections.abc import Iterator

from pullcord.pull.entry import PLACED, Entry
from pullcord.pull.sheet import Row, Sheet

PATIENCE_MS = 60_000
GONE_MS = 600_000


class Held:
    """`sheet` by the entry's id."""

    def __init__(self, name: str) -> None:
        text = dict.fromkeys(("id", "kind", "station", "by", "journal"), str)
        numbers = dict.fromkeys(("position", "received_at", "sequence", "boot", "uptime"), int)
        self.sheet = Sheet(name, ("id",), {**text, **numbers, "data": dict})

    def hold(self, entry: Entry) -> None:
        self.sheet.put({name: getattr(entry, name) for name in self.sheet.columns})

    def due(self, entry: Entry) -> Iterator[Entry]:
        """What this entry lets go, in the order in which it happened: placed by it, or kept for too long."""
        rows = [row for row in self.sheet.open() if self._is_placed(row, entry) or self._is_old(row, entry)]
        for row in sorted(rows, key=lambda row: (row["journal"], row["sequence"])):
            self.sheet.drop(row["id"])
            is_placed = self._is_placed(row, entry)
            at = entry.data["began"] + row["uptime"] if is_placed else row["received_at"]
            yield Entry(at=at, loose=not is_placed, **row)

    def _is_placed(self, row: Row, entry: Entry) -> bool:
        return entry.kind == PLACED and (entry.data["journal"], entry.data["boot"]) == (row["journal"], row["boot"])

    def _is_old(self, row: Row, entry: Entry) -> bool:
        waited = entry.received_at - row["received_at"]
        return waited > (PATIENCE_MS if entry.journal == row["journal"] else GONE_MS)
