"""Who was told of what, and what was put on the shelf: folded from plant events only."""

from typing import Any

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Row, Sheet


class Notices:
    """`notices` by name, finished when nobody is to be told any more; `shelves` by what began them."""

    name = "notices"
    version = 1

    def __init__(self) -> None:
        names = ("notice", "about", "call", "station", "category", "role", "channel", "digest", "result", "why")
        text = dict.fromkeys((*names, "answered_by"), str)
        numbers = dict.fromkeys(("level", "decided_at", "expires", "attempts", "ended_at", "answered_at"), int)
        self.notices = Sheet("notices", ("notice",), {**text, **numbers}, closed="ended_at")
        shelf = dict.fromkeys(("shelf", "station", "category", "reason", "by", "ended_by"), str)
        moments = dict.fromkeys(("since", "until", "ended_at"), int)
        self.shelves = Sheet("shelves", ("shelf",), {**shelf, **moments}, closed="ended_at")
        self._take = {
            "notice.decided": self._decided,
            "notice.resumed": self._resumed,
            "notice.sent": self._ended,
            "notice.failed": self._ended,
            "notice.dropped": self._ended,
            "notice.answered": self._answered,
            "alarm.shelved": self._shelved,
            "alarm.unshelved": self._unshelved,
        }

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.notices, self.shelves

    def apply(self, entry: Entry) -> None:
        take = self._take.get(entry.kind)
        if take:
            take(entry)

    def _decided(self, entry: Entry) -> None:
        self.notices.put(self.notices.row(entry.data["notice"]) | entry.data | {"decided_at": entry.at})

    def _resumed(self, entry: Entry) -> None:
        self._change(entry, **{name: entry.data[name] for name in ("digest", "expires")})

    def _ended(self, entry: Entry) -> None:
        said = {name: entry.data[name] for name in ("attempts", "why") if name in entry.data}
        self._change(entry, result=entry.kind.partition(".")[2], ended_at=entry.at, **said)

    def _answered(self, entry: Entry) -> None:
        self._change(entry, answered_at=entry.at, answered_by=entry.by)

    def _change(self, entry: Entry, **said: Any) -> None:
        row: Row | None = self.notices.get(entry.data["notice"])
        if row is not None:
            self.notices.put(row | said)

    def _shelved(self, entry: Entry) -> None:
        """Shelving again what is shelved moves its end."""
        self._unshelved(entry)
        row = self.shelves.row(entry.id) | entry.data
        self.shelves.put(row | {"since": entry.at, "by": entry.by})

    def _unshelved(self, entry: Entry) -> None:
        for row in self.shelves.open():
            if (row["station"], row["category"]) == (entry.data["station"], entry.data["category"]):
                self.shelves.put(row | {"ended_at": entry.at, "ended_by": entry.by})
