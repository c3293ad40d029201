"""Living kanban loops: cards move by taps, signals queue at their suppliers, and what does not add up is told.

No more than a card says is ever asked for: a card that has given its signal gives no second one before it came back.
"""

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.loops import Loops
from pullcord.pull.sheet import Row, Sheet
from pullcord.pull.signals import Signals

# Nobody carries a card from one station to another, and taps it there, in less.
CARRIED_MS = 10_000


class Kanban:
    """Needs a `plant.declared` before the first tap: a card that no plant file names is told as unknown."""

    name = "kanban"
    version = 1

    def __init__(self) -> None:
        self.findings = Findings("findings")
        self.loops = Loops(self.findings)
        self.signals = Signals(self.findings)
        self._take = {
            "plant.declared": self._declared,
            "kanban.tapped": self._tapped,
            "signal.given": self._from_outside,
            "signal.started": self._started,
            "container.held": self._held,
            "container.released": self._let_go,
            "card.lost": self._out,
            "card.retired": self._out,
            "card.overdue": self._overdue,
            "events.placed": self.signals.settle,
        }

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        cards = (self.loops.loops, self.loops.cards)
        return (*cards, self.signals.sheet, self.signals.queues, self.signals.loose.sheet, self.findings.sheet)

    def apply(self, entry: Entry) -> None:
        take = self._take.get(entry.kind)
        if take and not entry.test:
            take(entry)

    def _declared(self, entry: Entry) -> None:
        for card in self.loops.gone(entry):
            self._take_out(card, "retired", "not in the plant file any more", entry)
        self.loops.declare(entry)

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
        self.findings.over("card_overdue", entry, card)
        if card["state"] == "lost":
            self.findings.happened("lost_card_found", entry, card)
            card = self.loops.move(card, "full", entry, signal=None)
        is_late = card["tapped_at"] is not None and entry.at < card["moved_at"]
        if card["state"] == "on_hold":
            self.findings.happened("tap_on_hold", entry, card, role=entry.data["role"])
        elif is_late:
            self._late(entry, card)
        else:
            {"signal": self._empty, "ship": self._shipped, "receive": self._received}[entry.data["role"]](
                entry, card, loop
            )
        tapped_at = max(entry.at, card["tapped_at"] or entry.at)
        place = card["place"] if is_late else entry.station
        self.loops.cards.put(self.loops.cards.row(uid) | {"tapped_at": tapped_at, "place": place})

    def _empty(self, entry: Entry, card: Row, loop: Row) -> None:
        if card["state"] != "full":
            self._out_of_order(entry, card)
            return
        self.findings.over("without_signal", entry, card)
        signal = self._give(entry, loop, card["card"], "tap")
        self.loops.move(card, "empty", entry, signal=signal["signal"])
        self._release(entry, loop, signal)

    def _shipped(self, entry: Entry, card: Row, loop: Row) -> None:
        if card["state"] == "in_transit":
            self._out_of_order(entry, card)
            return
        signal = self._signal_of(card) or self._adopted(entry, card, loop)
        if signal["released_at"] is None and signal["given_at"] is not None:
            signal = self.signals.release(signal, entry)
        signal = self.signals.step(self.signals.start(signal, entry), "shipped_at", entry)
        self.loops.move(card, "in_transit", entry, signal=signal["signal"])
        if loop["releases"]:
            self._chain(entry, loop["releases"])

    def _received(self, entry: Entry, card: Row, loop: Row) -> None:
        signal = self._signal_of(card)
        if signal is None:
            signal = self._unasked(entry, card, loop)
        elif loop["ships"] and signal["shipped_at"] is None:
            self._out_of_order(entry, card)
        if loop["ships"]:
            signal = self.signals.start(signal, entry)
        self.signals.step(signal, "received_at", entry)
        self.loops.move(card, "full", entry)
        self.loops.count_open(loop, -1, entry)

    def _late(self, entry: Entry, card: Row) -> None:
        """A tap from before the card's latest move: it fills a step that was missing, or is only told."""
        signal = self.signals.sheet.get(card["signal"]) if card["signal"] else None
        column = {"signal": "given_at", "ship": "shipped_at", "receive": "received_at"}[entry.data["role"]]
        steps = ("given_at", "shipped_at", "received_at")
        later = [signal[step] for step in steps[steps.index(column) + 1 :] if signal[step]] if signal else []
        if signal is None or signal[column] is not None or not later or entry.at > min(later):
            self.findings.happened("late_tap", entry, card, role=entry.data["role"], state=card["state"])
            return
        signal |= {"journal": entry.journal, "sequence": entry.sequence} if column == "given_at" else {}
        self.signals.step(signal, column, entry)
        self.findings.over("without_signal", entry, card)

    # Signals without a tap

    def _from_outside(self, entry: Entry) -> None:
        """A point of sale or an ERP pulls: the same loop, the same queue."""
        loop = self.loops.loops.get(entry.data["loop"])
        if loop is None:
            self.findings.happened("unknown_loop", entry, {"loop": entry.data["loop"]})
        else:
            self._release(entry, loop, self._give(entry, loop, "", "outside", entry.data["reference"]))

    def _chain(self, entry: Entry, name: str) -> None:
        """What left here is to be made again by the step before."""
        loop = self.loops.loops.get(name)
        if loop is not None:
            self._release(entry, loop, self._give(entry, loop, "", "chained", entry.id))

    def _started(self, entry: Entry) -> None:
        signal = self.signals.sheet.get(entry.data["signal"])
        if signal is None or signal["done_at"] is not None:
            self.findings.happened("unknown_signal", entry, {"signal": entry.data["signal"]})
            return
        self.signals.start(signal, entry)
        card = self.loops.cards.get(signal["card"])
        if card and card["signal"] == signal["signal"] and card["state"] in ("empty", "released"):
            self.loops.move(card, "in_process", entry)

    # Decisions about a card

    def _held(self, entry: Entry) -> None:
        """A defect. The container stays where it is, and that is no signal."""
        card = self.loops.cards.get(entry.data["card"])
        if card and card["state"] not in ("on_hold", "lost", "retired"):
            self.loops.move(card, "on_hold", entry, held_from=card["state"], why=entry.data["reason"])

    def _let_go(self, entry: Entry) -> None:
        card = self.loops.cards.get(entry.data["card"])
        if card and card["state"] == "on_hold":
            self.loops.move(card, card["held_from"], entry, held_from=None, why=None)

    def _out(self, entry: Entry) -> None:
        card = self.loops.cards.get(entry.data["card"])
        if card is not None and card["state"] != "retired":
            self._take_out(card, entry.kind.removeprefix("card."), entry.data["reason"], entry)

    def _overdue(self, entry: Entry) -> None:
        """A timer fired: the card has not moved for far longer than its loop takes."""
        card = self.loops.cards.get(entry.data["card"])
        if card and card["moved_at"] == entry.data["moved_at"]:
            self.findings.lasts("card_overdue", entry, card, state=card["state"], moved_at=card["moved_at"])

    # Parts of the above

    def _take_out(self, card: Row, state: str, why: str, entry: Entry) -> None:
        signal = self._signal_of(card)
        if signal is not None:
            self.signals.cancel(signal, entry)
            self.loops.count_open(self.loops.loops.row(card["loop"]), -1, entry)
        self.loops.move(card, state, entry, signal=None, why=why)

    def _give(self, entry: Entry, loop: Row, card: str, source: str, reference: str = "") -> Row:
        signal = self.signals.give(entry, loop, card, source, reference)
        self.loops.count_open(loop, +1, entry)
        return signal

    def _release(self, entry: Entry, loop: Row, signal: Row) -> None:
        """At once, or with the whole batch when enough of it has come together."""
        if loop["kind"] != "signal":
            self._release_one(entry, signal, "")
            return
        waiting = self.signals.waiting(loop["loop"])
        left = self.loops.loops.row(loop["loop"])["full"]
        is_low = loop["reorder_point"] is not None and left <= loop["reorder_point"]
        if len(waiting) >= (loop["batch"] or 1) or is_low:
            for one in waiting:
                self._release_one(entry, one, waiting[0]["signal"])

    def _release_one(self, entry: Entry, signal: Row, batch: str) -> None:
        self.signals.release(signal, entry, batch)
        card = self.loops.cards.get(signal["card"]) if signal["card"] else None
        if card and card["state"] == "empty":
            self.loops.cards.put(card | {"state": "released"})

    def _signal_of(self, card: Row) -> Row | None:
        """The card's signal that is not filled yet."""
        signal = self.signals.sheet.get(card["signal"]) if card["signal"] else None
        return signal if signal and signal["done_at"] is None else None

    def _adopted(self, entry: Entry, card: Row, loop: Row) -> Row:
        """A container goes out on a card that gave no signal: for one from outside, or for none."""
        signal = self.signals.without_card(loop["loop"])
        if signal is None:
            return self._unasked(entry, card, loop)
        signal |= {"card": card["card"]}
        self.signals.sheet.put(signal)
        return signal

    def _unasked(self, entry: Entry, card: Row, loop: Row) -> Row:
        self.findings.lasts("without_signal", entry, card, role=entry.data["role"])
        self.loops.count_open(loop, +1, entry)
        signal = self.signals.unasked(entry, loop, card["card"])
        self.loops.cards.put(card | {"signal": signal["signal"]})
        card["signal"] = signal["signal"]
        return signal

    def _out_of_order(self, entry: Entry, card: Row) -> None:
        """A tap that does not follow the card's last move; at another station, the card is in two places."""
        kind = "out_of_order" if card["place"] in (None, entry.station) else "two_places"
        told = {"role": entry.data["role"], "state": card["state"], "last_seen": card["place"]}
        self.findings.happened(kind, entry, card, **told)

    def _look_for_a_clone(self, card: Row, entry: Entry) -> None:
        """The same uid at two places at once: a copy, or a clock that is wrong."""
        if card["place"] in (None, entry.station) or card["tapped_at"] is None:
            return
        if abs(entry.at - card["tapped_at"]) < CARRIED_MS:
            self.findings.happened("cloned_uid", entry, card, other=card["place"])
