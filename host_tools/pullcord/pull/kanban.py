"""Living kanban loops: cards move by taps, signals queue at their suppliers, and what does not add up is told.

No more than a card says is ever asked for: a card that has given its signal gives no second one before it came back.
"""

from pullcord.pull.audits import Audits
from pullcord.pull.decisions import Decisions
from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.held import Held
from pullcord.pull.loops import Loops
from pullcord.pull.moves import Moves
from pullcord.pull.sheet import Row, Sheet
from pullcord.pull.signals import Signals
from pullcord.pull.stock import Stock

# Nobody carries a card from one station to another, and taps it there, in less.
CARRIED_MS = 10_000
STEPS = {"signal": "given_at", "ship": "shipped_at", "receive": "received_at"}
REFUSED = {"unknown": "unknown_card", "wrong_place": "wrong_place", "on_hold": "tap_on_hold"}


class Kanban:
    """Needs a `plant.declared` before the first tap: a card that no plant file names is told as unknown."""

    name = "kanban"
    version = 2

    def __init__(self) -> None:
        self.findings = Findings("findings")
        self.stock = Stock(self.findings)
        self.loops = Loops(self.findings, self.stock.pieces)
        self.signals = Signals(self.findings)
        self._moves = Moves(self.findings, self.loops, self.signals, self.stock)
        self.decisions = Decisions(self._moves)
        self.audits = Audits(self._moves)
        self.held = Held("kanban_held")
        self._take = {
            "plant.declared": self._declared,
            "kanban.tapped": self._tapped,
            "kanban.refused": self._refused,
            "signal.given": self._from_outside,
            "signal.started": self._started,
            "card.overdue": self._overdue,
            "loop.run_out_expected": self._run_out_expected,
            "events.placed": self.signals.settle,
            **self.decisions.takes,
            **self.audits.takes,
            **self.stock.takes,
        }

    @property
    def kinds(self) -> frozenset[str]:
        """The entries that change anything here."""
        return frozenset(self._take)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        cards = (self.loops.loops, self.loops.cards)
        signals = (self.signals.sheet, self.signals.queues, self.signals.loose.sheet)
        decided = (self.decisions.trials, *self.audits.sheets)
        return (*cards, *signals, self.held.sheet, self.findings.sheet, *decided, *self.stock.sheets)

    def apply(self, entry: Entry) -> None:
        """A tap without a time waits for it: where a card is then depends on what came before the tap."""
        for held in self.held.due(entry):
            self._take[held.kind](held)
        take = self._take.get(entry.kind)
        if take is None or entry.test:
            return
        if entry.loose:
            self.held.hold(entry)
        else:
            take(entry)

    def _declared(self, entry: Entry) -> None:
        for card in self.loops.gone(entry):
            self._moves.take_out(card, "retired", "not in the plant file any more", entry, by_file=True)
        self.loops.declare(entry)
        self.stock.declare(entry)

    # Taps

    def _tapped(self, entry: Entry) -> None:
        uid = entry.data["card"]
        card = self.loops.cards.get(uid)
        loop = self.loops.loops.get(card["loop"]) if card else None
        if card is None or loop is None or card["state"] == "retired":
            known = card or {"card": uid, "loop": entry.data["loop"]}
            self.findings.happened("unknown_card", entry, known, role=entry.data["role"])
            return
        self._look_for_a_clone(card, entry)
        for kind in ("card_overdue", "missing_in_audit"):
            self.findings.over(kind, entry, card)
        if card["state"] == "lost":
            self.findings.happened("lost_card_found", entry, card)
            card = self.loops.move(card, "full", entry, signal=None)
        is_late = card["tapped_at"] is not None and entry.at < card["moved_at"]
        if card["state"] in ("on_hold", "set_aside"):
            kind = "tap_on_hold" if card["state"] == "on_hold" else "tap_set_aside"
            self.findings.happened(kind, entry, card, role=entry.data["role"])
        elif is_late:
            self._late(entry, card, loop)
        else:
            {"signal": self._emptied, "ship": self._shipped, "receive": self._received}[entry.data["role"]](
                entry, card, loop
            )
        tapped_at = max(entry.at, card["tapped_at"] or entry.at)
        place = card["place"] if is_late else entry.station
        self.loops.cards.put(self.loops.cards.row(uid) | {"tapped_at": tapped_at, "place": place})

    def _refused(self, entry: Entry) -> None:
        """The station gave the answer already; the plant is told of cards that are not where they belong."""
        card = self.loops.cards.get(entry.data["card"])
        if card is not None:
            self._look_for_a_clone(card, entry)
        kind = REFUSED.get(entry.data["why"])
        if kind and entry.data["role"] != "badge":
            self.findings.happened(kind, entry, card or {"card": entry.data["card"]}, role=entry.data["role"])

    def _emptied(self, entry: Entry, card: Row, loop: Row) -> None:
        if card["state"] != "full":
            self._out_of_order(entry, card)
            return
        for kind in ("without_signal", "out_of_order"):
            self.findings.over(kind, entry, card)
        self.stock.consumed(loop["item"], loop["quantity"], entry)
        self._moves.empty(entry, card, loop, "tap")

    def _shipped(self, entry: Entry, card: Row, loop: Row) -> None:
        if card["state"] == "in_transit":
            self._out_of_order(entry, card)
            return
        signal = self._moves.signal_of(card) or self._adopted(entry, card, loop)
        if signal["released_at"] is None and signal["given_at"] is not None:
            signal = self.signals.release(signal, entry)
        signal = self.signals.step(self.signals.start(signal, entry), "shipped_at", entry)
        self.loops.move(card, "in_transit", entry, signal=signal["signal"])
        self._moves.chain(entry, loop, signal)

    def _received(self, entry: Entry, card: Row, loop: Row) -> None:
        signal = self._moves.signal_of(card) or self._adopted(entry, card, loop)
        if loop["ships"] and signal["shipped_at"] is None and signal["source"] != "unasked":
            self._out_of_order(entry, card, lasts=True)
        if loop["ships"]:
            signal = self.signals.start(signal, entry)
        self.signals.step(signal, "received_at", entry)
        self.loops.move(card, "full", entry)
        self.loops.count_open(loop, -1, entry)
        self._moves.chain(entry, loop, signal)
        self.findings.over("run_out_expected", entry, {"loop": loop["loop"]})
        if "/" not in loop["supplier"]:
            self.stock.delivered(loop["item"], loop["quantity"], entry)

    def _late(self, entry: Entry, card: Row, loop: Row) -> None:
        """A tap from before the card's latest move: it fills a step that was missing, or is only told."""
        signal = self.signals.sheet.get(card["signal"]) if card["signal"] else None
        column, steps = STEPS[entry.data["role"]], tuple(STEPS.values())
        later = [signal[step] for step in steps[steps.index(column) + 1 :] if signal[step]] if signal else []
        if signal is None or signal[column] is not None or not later or entry.at > min(later):
            self.findings.happened("late_tap", entry, card, role=entry.data["role"], state=card["state"])
            return
        signal |= {"journal": entry.journal, "sequence": entry.sequence} if column == "given_at" else {}
        signal = self.signals.step(signal, column, entry)
        self.findings.over("without_signal", entry, card)
        if column == "shipped_at":
            self.findings.over("out_of_order", entry, card)
            self._moves.chain(entry, loop, signal)

    # Signals without a tap

    def _from_outside(self, entry: Entry) -> None:
        """A point of sale or an ERP pulls: the same loop, the same queue."""
        loop = self.loops.loops.get(entry.data["loop"])
        if loop is None or loop["ended_at"] is not None:
            self.findings.happened("unknown_loop", entry, {"loop": entry.data["loop"]})
            return
        self.stock.consumed(loop["item"], loop["quantity"], entry)
        signal = self._moves.give(entry, loop, "", "outside", entry.data["reference"])
        self._moves.release(entry, loop, signal)

    def _started(self, entry: Entry) -> None:
        signal = self.signals.sheet.get(entry.data["signal"])
        if signal is None or signal["done_at"] is not None:
            self.findings.happened("unknown_signal", entry, {"signal": entry.data["signal"]})
            return
        self.signals.start(signal, entry)
        card = self.loops.cards.get(signal["card"])
        if card and card["signal"] == signal["signal"] and card["state"] in ("empty", "released"):
            self.loops.move(card, "in_process", entry)

    # Timers that fired

    def _overdue(self, entry: Entry) -> None:
        """The card has not moved for far longer than its loop takes."""
        card = self.loops.cards.get(entry.data["card"])
        if card and card["moved_at"] == entry.data["moved_at"]:
            self.findings.lasts("card_overdue", entry, card, state=card["state"], moved_at=card["moved_at"])

    def _run_out_expected(self, entry: Entry) -> None:
        """The last full container will be empty before the next one is there."""
        signal = self.signals.sheet.get(entry.data["signal"])
        if signal is not None and signal["done_at"] is None:
            told = {name: entry.data[name] for name in ("signal", "card", "empty_at", "due_at")}
            self.findings.lasts("run_out_expected", entry, {"loop": signal["loop"]}, **told)

    # Parts of the above

    def _adopted(self, entry: Entry, card: Row, loop: Row) -> Row:
        """A container comes on a card that gave no signal: for one from outside or of the next loop, or for none."""
        signal = self.signals.without_card(loop["loop"])
        if signal is None:
            return self._unasked(entry, card, loop)
        signal |= {"card": card["card"]}
        self.signals.sheet.put(signal)
        self.loops.ask(loop["loop"], -1, entry)
        return signal

    def _unasked(self, entry: Entry, card: Row, loop: Row) -> Row:
        self.findings.lasts("without_signal", entry, card, role=entry.data["role"])
        self.stock.consumed(loop["item"], loop["quantity"], entry)
        self.loops.count_open(loop, +1, entry)
        signal = self.signals.unasked(entry, loop, card["card"])
        self.loops.cards.put(card | {"signal": signal["signal"]})
        card["signal"] = signal["signal"]
        return signal

    def _out_of_order(self, entry: Entry, card: Row, lasts: bool = False) -> None:
        """A tap that does not follow the card's last move; at another station, the card is in two places.

        It `lasts` where a tap that is still on its way may explain it.
        """
        kind = "out_of_order" if lasts or card["place"] in (None, entry.station) else "two_places"
        told = {"role": entry.data["role"], "state": card["state"], "last_seen": card["place"]}
        tell = self.findings.lasts if lasts else self.findings.happened
        tell(kind, entry, card, **told)

    def _look_for_a_clone(self, card: Row, entry: Entry) -> None:
        """The same uid at two places at once: a copy, or a clock that is wrong."""
        if card["place"] in (None, entry.station) or card["tapped_at"] is None:
            return
        if abs(entry.at - card["tapped_at"]) < CARRIED_MS:
            self.findings.happened("cloned_uid", entry, card, other=card["place"])
