"""What moves in a loop, whoever moves it: signals that are given, released and cancelled, cards that are taken out."""

from typing import NamedTuple

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.loops import Loops
from pullcord.pull.sheet import Row
from pullcord.pull.signals import Signals
from pullcord.pull.stock import Stock


class Moves(NamedTuple):
    """The parts of the kanban fold, and the steps that change several of them together."""

    findings: Findings
    loops: Loops
    signals: Signals
    stock: Stock

    def give(self, entry: Entry, loop: Row, card: str, source: str, reference: str = "") -> Row:
        """A signal: one container of the loop was taken. It is not released yet."""
        signal = self.signals.give(entry, loop, card, source, reference)
        self.loops.count_open(loop, +1, entry)
        if not card:
            self.loops.ask(loop["loop"], +1, entry)
        return signal

    def release(self, entry: Entry, loop: Row, signal: Row) -> None:
        """At once, or with the whole batch when enough of it has come together."""
        if loop["kind"] != "signal":
            self._release_one(entry, signal, "")
            return
        waiting = self.signals.waiting(loop["loop"])
        is_low = loop["reorder_point"] is not None and self.loops.left(loop["loop"]) <= loop["reorder_point"]
        if len(waiting) >= (loop["batch"] or 1) or is_low:
            for one in waiting:
                self._release_one(entry, one, waiting[0]["signal"])

    def empty(self, entry: Entry, card: Row, loop: Row, source: str) -> None:
        """The card gives its signal. What the container held is gone, so the count must come first."""
        signal = self.give(entry, loop, card["card"], source)
        self.loops.move(card, "empty", entry, signal=signal["signal"])
        self.release(entry, loop, signal)

    def chain(self, entry: Entry, loop: Row, signal: Row) -> None:
        """What left here is to be made again by the step before; once for each container.

        Where its receipt told it first, the shipment that comes late says when it really left.
        """
        before = self.loops.loops.get(loop["releases"]) if loop["releases"] else None
        given = self.signals.sheet.get(signal["chained"]) if signal["chained"] else None
        if given is not None:
            self.signals.sheet.put(given | {"given_at": min(given["given_at"], entry.at)})
        elif before is not None:
            if before["item"] != loop["item"]:
                self.stock.consumed(before["item"], before["quantity"], entry)
            given = self.give(entry, before, "", "chained", entry.id)
            self.signals.sheet.put(self.signals.sheet.row(signal["signal"]) | {"chained": given["signal"]})
            self.release(entry, before, given)

    def take_out(self, card: Row, state: str, why: str, entry: Entry, by_file: bool = False) -> None:
        """Lost, set aside or retired: its open signal will not be filled."""
        signal = self.signal_of(card)
        if signal is not None:
            self.signals.cancel(signal, entry)
            self.loops.count_open(self.loops.loops.row(card["loop"]), -1, entry)
        for kind in ("card_overdue", "missing_in_audit", "without_signal"):
            self.findings.over(kind, entry, card)
        self.loops.move(card, state, entry, signal=None, why=why, out_by_file=by_file)

    def signal_of(self, card: Row) -> Row | None:
        """The card's signal that is not filled yet."""
        signal = self.signals.sheet.get(card["signal"]) if card["signal"] else None
        return signal if signal and signal["done_at"] is None else None

    def _release_one(self, entry: Entry, signal: Row, batch: str) -> None:
        self.signals.release(signal, entry, batch)
        card = self.loops.cards.get(signal["card"]) if signal["card"] else None
        if card and card["state"] == "empty":
            self.loops.cards.put(card | {"state": "released"})
