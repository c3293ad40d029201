"""What does not add up: told with what it is about, and cleared when it is over.

A finding that *happened* (a tap out of order) is finished at once; one that *lasts* (no full container left) stays open
until what it says is no longer so.
"""

from typing import Any

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Row, Sheet


class Findings:
    """`sheet` by the entry that showed it and the kind."""

    def __init__(self, name: str) -> None:
        text = dict.fromkeys(("finding", "kind", "loop", "card", "signal", "station"), str)
        columns = {**text, "at": int, "position": int, "detail": dict, "cleared_at": int}
        self.sheet = Sheet(name, ("finding",), columns, closed="cleared_at")

    def happened(self, kind: str, entry: Entry, row: Row, **detail: Any) -> None:
        """`row`: that of the card or signal it is about."""
        self._put(kind, entry, row, detail, entry.at)

    def lasts(self, kind: str, entry: Entry, row: Row, **detail: Any) -> None:
        """Told once, however often it is found while it lasts."""
        if not any(True for _ in self._open(kind, row)):
            self._put(kind, entry, row, detail, None)

    def over(self, kind: str, entry: Entry, row: Row) -> None:
        """What explains it may have happened before it, and come later."""
        for finding in self._open(kind, row):
            self.sheet.put(finding | {"cleared_at": max(finding["at"], entry.at)})

    def _open(self, kind: str, row: Row) -> list[Row]:
        """About the same card, or about the same loop when it is about no card."""
        subject = (row.get("loop"), row.get("card"))
        found = (finding for finding in self.sheet.open() if finding["kind"] == kind)
        return [finding for finding in found if (finding["loop"], finding["card"]) == subject]

    def _put(self, kind: str, entry: Entry, row: Row, detail: dict[str, Any], cleared_at: int | None) -> None:
        about = {name: row.get(name) for name in ("loop", "card", "signal")}
        told = {"kind": kind, "station": entry.station, "at": entry.at, "position": entry.position}
        key = f"{entry.id}/{kind}/{row.get('signal') or row.get('card') or row.get('loop')}"
        self.sheet.put({"finding": key, **about, **told, "detail": detail, "cleared_at": cleared_at})
