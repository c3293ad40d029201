"""What people decide about cards: held, lost, retired, replaced, and trials with one card fewer."""

from pullcord.pull.entry import Entry
from pullcord.pull.loops import OUT
from pullcord.pull.moves import Moves
from pullcord.pull.sheet import Row, Sheet


class Decisions:
    """`trials`: by the entry that began it, which card is out, and what came of it."""

    def __init__(self, moves: Moves) -> None:
        text = dict.fromkeys(("trial", "loop", "card", "by", "reason", "ended_by", "exposed"), str)
        numbers = dict.fromkeys(("cards_before", "started_at", "ended_at"), int)
        self.trials = Sheet("trials", ("trial",), {**text, **numbers, "kept": bool}, closed="ended_at")
        self._moves = moves
        self._loops = moves.loops
        self.takes = {
            "container.held": self._held,
            "container.released": self._let_go,
            "card.lost": self._out,
            "card.retired": self._out,
            "card.replaced": self._replaced,
            "trial.started": self._trial_started,
            "trial.ended": self._trial_ended,
        }

    def _held(self, entry: Entry) -> None:
        """A defect. The container stays where it is, and that is no signal."""
        card = self._loops.cards.get(entry.data["card"])
        if card and card["state"] not in ("on_hold", *OUT):
            self._loops.move(card, "on_hold", entry, held_from=card["state"], why=entry.data["reason"])

    def _let_go(self, entry: Entry) -> None:
        card = self._loops.cards.get(entry.data["card"])
        if card and card["state"] == "on_hold":
            self._loops.move(card, card["held_from"], entry, held_from=None, why=None)

    def _out(self, entry: Entry) -> None:
        card = self._loops.cards.get(entry.data["card"])
        if card is not None and card["state"] != "retired":
            self._moves.take_out(card, entry.kind.removeprefix("card."), entry.data["reason"], entry)

    def _replaced(self, entry: Entry) -> None:
        """Another card takes the place of a worn or lost one: in its state, and with its signal."""
        old, uid = self._loops.cards.get(entry.data["card"]), entry.data["replaced_by"]
        known = self._loops.cards.get(uid)
        if old is None or old["replaced_by"] or (known and known["state"] != "retired"):
            self._moves.findings.happened("replacement_refused", entry, {"card": entry.data["card"]}, by=uid)
            return
        if old["state"] in OUT:
            self._add_again(entry, old, uid)
        else:
            self._swap(entry, old, uid)

    def _swap(self, entry: Entry, old: Row, uid: str) -> None:
        signal = self._moves.signal_of(old)
        if signal is not None:
            self._moves.signals.sheet.put(signal | {"card": uid})
        for kind in ("card_overdue", "missing_in_audit", "without_signal"):
            self._moves.findings.over(kind, entry, old)
        self._loops.cards.put(old | {"card": uid, "moved_at": entry.at})
        self._put_away(entry, old, uid)

    def _add_again(self, entry: Entry, old: Row, uid: str) -> None:
        """Nobody knows whether the container of a lost card is full: the person who replaces it does."""
        fresh = {"loop": old["loop"], "state": "lost", "signal": None}
        card = self._loops.move(self._loops.cards.row(uid) | fresh, "full", entry)
        self._put_away(entry, old, uid)
        if not entry.data["full"]:
            self._moves.empty(entry, card, self._loops.loops.row(old["loop"]), "replaced")

    def _put_away(self, entry: Entry, old: Row, uid: str) -> None:
        gone = {"state": "retired", "signal": None, "replaced_by": uid, "why": entry.data["reason"]}
        self._loops.cards.put(old | gone | {"moved_at": entry.at})

    def _trial_started(self, entry: Entry) -> None:
        """The water is lowered: one card is out, until somebody ends the trial."""
        loop, card = self._loops.loops.get(entry.data["loop"]), self._loops.cards.get(entry.data["card"])
        under_way = any(trial["loop"] == entry.data["loop"] for trial in self.trials.open())
        if loop is None or card is None or card["loop"] != loop["loop"] or card["state"] in OUT or under_way:
            about = {"loop": entry.data["loop"], "card": entry.data["card"]}
            self._moves.findings.happened("trial_refused", entry, about, under_way=under_way)
            return
        said = {"loop": loop["loop"], "card": card["card"], "by": entry.by, "reason": entry.data["reason"]}
        counted = {"cards_before": loop["total"], "started_at": entry.at}
        self.trials.put(self.trials.row(entry.id) | said | counted)
        self._moves.take_out(card | {"held_from": card["state"]}, "set_aside", "trial with one card fewer", entry)

    def _trial_ended(self, entry: Entry) -> None:
        trial = self.trials.get(entry.data["trial"])
        if trial is None or trial["ended_at"] is not None:
            self._moves.findings.happened("unknown_trial", entry, {}, trial=entry.data["trial"])
            return
        kept = {"kept": entry.data["keep"], "exposed": entry.data["exposed"]}
        self.trials.put(trial | kept | {"ended_at": entry.at, "ended_by": entry.by})
        card = self._loops.cards.get(self._loops.current(trial["card"]))
        if card is None or card["state"] != "set_aside":
            return  # it was lost or retired meanwhile
        if entry.data["keep"]:
            self._moves.take_out(card, "retired", "the loop runs without it", entry)
        else:
            self._bring_back(entry, card)

    def _bring_back(self, entry: Entry, card: Row) -> None:
        """With its container as it was when it was set aside: one that was not full is asked for anew."""
        was_full = card["held_from"] == "full"
        card = self._loops.move(card, "full", entry, held_from=None, why=None)
        if not was_full:
            self._moves.empty(entry, card, self._loops.loops.row(card["loop"]), "trial")
