"""The loops at an earlier moment, answered in two ways: as it was *known then*, and as it was *true then*.

What was known is the log up to a position, folded in its order: what the queue showed, and why a decision was taken.
What was true is everything that is known now, folded in the order in which it happened, up to the moment: signals that
came late are where they belong, and events without a clock are where they were placed. Neither touches a table; either
takes as long as folding the loops' part of the log.
"""

from collections.abc import Iterable
from typing import Any

from pullcord.line.log_reader import LogReader
from pullcord.pull.entry import PLACED, Entry
from pullcord.pull.kanban import Kanban
from pullcord.pull.signals import order

BATCH = 5_000


class History:
    """Methods block; SQLAlchemy's DBAPIError when the database cannot be read."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    def known_at(self, position: int) -> dict[str, Any]:
        """As the entries up to this position say."""
        return standing(_folded(entry for entry in self._entries(position)))

    def known_then(self, moment: int) -> dict[str, Any]:
        """As the entries say that the plant had by then."""
        return self.known_at(self._reader.position_at(moment))

    def true_then(self, moment: int) -> dict[str, Any]:
        """As all that is known now says about then."""
        return standing(_folded(in_true_order(self._entries(self._reader.newest()), moment)))

    def _entries(self, through: int) -> Iterable[Entry]:
        kinds = Kanban().kinds
        for after in range(0, through, BATCH):
            yield from self._reader.entries(after, min(BATCH, through - after), kinds)


def in_true_order(entries: Iterable[Entry], moment: int) -> list[Entry]:
    """What happened up to the moment, each entry at its own time as far as that is known by now."""
    known = list(entries)
    began = {(one.data["journal"], one.data["boot"]): one.data["began"] for one in known if one.kind == PLACED}
    placed = (_placed(one, began) for one in known if one.kind != PLACED)
    return sorted((one for one in placed if one.at <= moment), key=_order)


def _order(entry: Entry) -> tuple[int, bool, str, int]:
    """At the same moment a plant file is in force before anything else happens."""
    return entry.at, entry.kind != "plant.declared", entry.journal, entry.sequence


def _placed(entry: Entry, began: dict[tuple[str, int], int]) -> Entry:
    moment = began.get((entry.journal, entry.boot)) if entry.loose else None
    if moment is None:
        return entry._replace(loose=False)
    return entry._replace(at=moment + entry.uptime, loose=False)


def _folded(entries: Iterable[Entry]) -> Kanban:
    kanban = Kanban()
    for entry in entries:
        kanban.apply(entry)
    return kanban


def standing(kanban: Kanban) -> dict[str, Any]:
    """Loops, their cards, the queues by supplier, the stock, and what did not add up."""
    signals = [row for row in kanban.signals.sheet.open() if row["released_at"] is not None]
    queues: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(signals, key=order):
        if row["started_at"] is None:
            queues.setdefault(row["queue"], []).append(row)
    return {
        "loops": list(kanban.loops.loops.open()),
        "cards": sorted(kanban.loops.cards.open(), key=lambda card: card["card"]),
        "queues": queues,
        "stock": sorted(kanban.stock.items.open(), key=lambda item: item["item"]),
        "findings": sorted(kanban.findings.sheet.open(), key=lambda row: -row["position"]),
    }
