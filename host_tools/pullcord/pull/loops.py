"""The loops of the plant that is in force, and their cards: how many there are and where each one is.

`full -> empty -> released -> in_process -> in_transit -> full`, and aside `on_hold`, `lost`, `retired`. A loop has
exactly as many cards as it was given.
"""

from typing import Any

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.sheet import Row, Sheet

OUT = ("lost", "retired")
_DECLARED = {
    "kind": str, "item": str, "consumer": str, "supplier": str, "quantity": int, "batch": int, "reorder_point": int,
    "releases": str, "ships": bool, "safety": str,
}  # fmt: skip


class Loops:
    """`loops` with the counts of their cards, `cards` with their state and place."""

    def __init__(self, findings: Findings) -> None:
        counts = {"total": int, "full": int, "open": int, "since": int, "ended_at": int}
        self.loops = Sheet("loops", ("loop",), {"loop": str, **_DECLARED, **counts}, closed="ended_at")
        text = dict.fromkeys(("card", "loop", "state", "place", "signal", "held_from", "why"), str)
        self.cards = Sheet("cards", ("card",), {**text, "moved_at": int, "tapped_at": int})
        self._findings = findings

    def declare(self, entry: Entry) -> None:
        """A plant file was put in force. Cards that stay keep their state; those that are `gone` are retired before."""
        declared: dict[str, dict[str, Any]] = entry.data["plant"]["loops"]
        wanted = {card: name for name, loop in declared.items() for card in loop["cards"]}
        for name, loop in declared.items():
            row = self.loops.row(name)
            zeros = {"total": row["total"] or 0, "full": row["full"] or 0, "open": row["open"] or 0}
            since = row["since"] if row["since"] is not None else entry.at
            self.loops.put(row | {key: loop[key] for key in _DECLARED} | zeros | {"since": since, "ended_at": None})
        for uid, name in wanted.items():
            known = self.cards.get(uid)
            if known is None or known["loop"] != name or known["state"] == "retired":
                self._add(uid, name, entry)
        for row in list(self.loops.open()):
            if row["loop"] not in declared:
                self.loops.put(row | {"ended_at": entry.at})

    def gone(self, entry: Entry) -> list[Row]:
        """Cards that the plant file of this entry does not have in their loop any more."""
        declared = entry.data["plant"]["loops"]
        kept = {(card, name) for name, loop in declared.items() for card in loop["cards"]}
        cards = (card for card in self.cards.open() if card["state"] != "retired")
        return [card for card in cards if (card["card"], card["loop"]) not in kept]

    def move(self, card: Row, state: str, entry: Entry, **changes: Any) -> Row:
        """The card in its new state; the loop's counts follow."""
        loop = self.loops.get(card["loop"])
        before, card = card["state"], card | {"state": state, "moved_at": entry.at} | changes
        self.cards.put(card)
        if loop is not None:
            total = loop["total"] - (state in OUT) + (before in OUT)
            full = loop["full"] + (state == "full") - (before == "full")
            loop |= {"total": total, "full": full}
            self.loops.put(loop)
            self._judge_stock(loop, entry)
        return card

    def count_open(self, loop: Row, by: int, entry: Entry) -> None:
        """Signals given and not filled. There can be no more of them than there are cards."""
        loop = self.loops.row(loop["loop"])
        loop["open"] = loop["open"] + by
        self.loops.put(loop)
        if loop["open"] > loop["total"]:
            self._findings.lasts("more_signals_than_cards", entry, {"loop": loop["loop"]}, open=loop["open"])
        else:
            self._findings.over("more_signals_than_cards", entry, {"loop": loop["loop"]})

    def _judge_stock(self, loop: Row, entry: Entry) -> None:
        about = {"loop": loop["loop"]}
        if loop["full"] == 0 and loop["total"] > 0:
            self._findings.lasts("stock_out", entry, about)
        else:
            self._findings.over("stock_out", entry, about)

    def _add(self, uid: str, name: str, entry: Entry) -> None:
        loop = self.loops.row(name)
        self.loops.put(loop | {"total": loop["total"] + 1, "full": loop["full"] + 1})
        self.cards.put(self.cards.row(uid) | {"loop": name, "state": "full", "moved_at": entry.at, "signal": None})
