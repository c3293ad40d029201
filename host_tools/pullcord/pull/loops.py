"""The loops of the plant that is in force, and their cards: how many there are and where each one is.

`full -> empty -> released -> in_process -> in_transit -> full`, and aside `on_hold`, `lost`, `set_aside`, `retired`. A
loop has exactly as many cards as it was given.
"""

from collections.abc import Callable
from typing import Any

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.sheet import Row, Sheet

OUT = ("lost", "set_aside", "retired")
_DECLARED = {
    "kind": str, "item": str, "consumer": str, "supplier": str, "quantity": int, "batch": int, "reorder_point": int,
    "releases": str, "ships": bool, "safety": str,
}  # fmt: skip


class Loops:
    """`loops` with the counts of their cards, `cards` with their state and place.

    `asked` of a loop: signals without a card that no container was sent for. What they ask for has left the store,
    though every card there still reads full. `on_pieces(item, pieces, entry)` hears how an item's containers changed.
    """

    def __init__(self, findings: Findings, on_pieces: Callable[[str, int, Entry], None]) -> None:
        counts = {"total": int, "full": int, "asked": int, "open": int, "since": int, "ended_at": int}
        self.loops = Sheet("loops", ("loop",), {"loop": str, **_DECLARED, **counts}, closed="ended_at")
        text = dict.fromkeys(("card", "loop", "state", "place", "signal", "held_from", "why", "replaced_by"), str)
        moments = {"moved_at": int, "tapped_at": int}
        self.cards = Sheet("cards", ("card",), {**text, **moments, "out_by_file": bool})
        self._findings = findings
        self._on_pieces = on_pieces

    def declare(self, entry: Entry) -> None:
        """A plant file was put in force. Cards that stay keep their state; those that are `gone` are retired before.

        A card that was taken out by a decision stays out until the file has dropped it, and names it anew.
        """
        declared: dict[str, dict[str, Any]] = entry.data["plant"]["loops"]
        for name, loop in declared.items():
            self._declare(name, loop, entry)
        wanted = self._wanted(entry)
        for uid, name in wanted.items():
            known = self.cards.get(uid)
            if known is None or known["loop"] != name or (known["state"] == "retired" and known["out_by_file"]):
                self._add(uid, name, entry)
        for card in list(self.cards.open()):
            if card["state"] == "retired" and card["card"] not in wanted:
                self.cards.put(card | {"out_by_file": True})
        for row in list(self.loops.open()):
            if row["loop"] not in declared:
                self.loops.put(row | {"ended_at": entry.at})

    def gone(self, entry: Entry) -> list[Row]:
        """Cards that the plant file of this entry does not have in their loop any more."""
        wanted = self._wanted(entry)
        cards = (card for card in self.cards.open() if card["state"] != "retired")
        return [card for card in cards if wanted.get(card["card"]) != card["loop"]]

    def current(self, uid: str) -> str:
        """The card that goes round in its place."""
        card = self.cards.get(uid)
        return self.current(card["replaced_by"]) if card and card["replaced_by"] else uid

    def move(self, card: Row, state: str, entry: Entry, **changes: Any) -> Row:
        """The card in its new state; the loop's counts follow."""
        loop = self.loops.get(card["loop"])
        before, card = card["state"], card | {"state": state, "moved_at": entry.at} | changes
        self.cards.put(card)
        if loop is not None:
            total = loop["total"] - (state in OUT) + (before in OUT)
            change = (state == "full") - (before == "full")
            self._count(loop | {"total": total, "full": loop["full"] + change}, change, entry)
        return card

    def ask(self, name: str, by: int, entry: Entry) -> None:
        """A container left on a signal without a card (1), or one is sent for it (-1)."""
        loop = self.loops.row(name)
        self._count(loop | {"asked": loop["asked"] + by}, -by, entry)

    def count_open(self, loop: Row, by: int, entry: Entry) -> None:
        """Signals given and not filled. There can be no more of them than there are cards."""
        loop = self.loops.row(loop["loop"])
        loop["open"] = loop["open"] + by
        self.loops.put(loop)
        if loop["open"] > loop["total"]:
            self._findings.lasts("more_signals_than_cards", entry, {"loop": loop["loop"]}, open=loop["open"])
        else:
            self._findings.over("more_signals_than_cards", entry, {"loop": loop["loop"]})

    def left(self, name: str) -> int:
        """Full containers that nothing was asked of."""
        loop = self.loops.row(name)
        return int(loop["full"] - loop["asked"])

    def _count(self, loop: Row, change: int, entry: Entry) -> None:
        self.loops.put(loop)
        self._judge_stock(loop, entry)
        if change:
            self._on_pieces(loop["item"], change * loop["quantity"], entry)

    def _judge_stock(self, loop: Row, entry: Entry) -> None:
        about = {"loop": loop["loop"]}
        if loop["full"] <= loop["asked"] and loop["total"] > 0:
            self._findings.lasts("stock_out", entry, about)
        else:
            self._findings.over("stock_out", entry, about)

    def _wanted(self, entry: Entry) -> dict[str, str]:
        """The loop of each card that the file names, or of the one that replaced it."""
        declared: dict[str, dict[str, Any]] = entry.data["plant"]["loops"]
        return {self.current(uid): name for name, loop in declared.items() for uid in loop["cards"]}

    def _declare(self, name: str, loop: dict[str, Any], entry: Entry) -> None:
        row = self.loops.row(name)
        zeros = {key: row[key] or 0 for key in ("total", "full", "asked", "open")}
        since = row["since"] if row["since"] is not None else entry.at
        said = {key: loop[key] for key in _DECLARED}
        self.loops.put(row | said | zeros | {"since": since, "ended_at": None})
        left = zeros["full"] - zeros["asked"]
        if left and row["item"] == loop["item"]:
            self._on_pieces(loop["item"], left * (loop["quantity"] - row["quantity"]), entry)
        elif left:
            self._on_pieces(row["item"], -left * row["quantity"], entry)
            self._on_pieces(loop["item"], left * loop["quantity"], entry)

    def _add(self, uid: str, name: str, entry: Entry) -> None:
        loop = self.loops.row(name)
        self.loops.put(loop | {"total": loop["total"] + 1, "full": loop["full"] + 1})
        fresh = {"state": "full", "moved_at": entry.at, "signal": None, "out_by_file": None, "why": None}
        self.cards.put(self.cards.row(uid) | {"loop": name} | fresh)
        self._on_pieces(loop["item"], loop["quantity"], entry)
