"""A card audit: somebody walks round with a reader, and what was seen is held against what the taps say.

A card is where it should be when a full one is with its consumer, one in work with its supplier, and any other with one
of the two. What was not seen when the audit ends is told, until it moves or is seen.
"""

from pullcord.pull.entry import Entry
from pullcord.pull.loops import OUT
from pullcord.pull.moves import Moves
from pullcord.pull.sheet import Row, Sheet


class Audits:
    """`audits` by their name, `seen` by audit and card."""

    def __init__(self, moves: Moves) -> None:
        text = {"audit": str, "by": str, "loops": dict}
        numbers = dict.fromkeys(("started_at", "expected", "missing", "ended_at"), int)
        self.audits = Sheet("audits", ("audit",), {**text, **numbers}, closed="ended_at")
        text = dict.fromkeys(("audit", "card", "loop", "place", "state", "verdict", "by"), str)
        self.seen = Sheet("audit_cards", ("audit", "card"), {**text, "at": int, "ended_at": int}, closed="ended_at")
        self._moves = moves
        self._cards = moves.loops.cards
        self.takes = {"audit.started": self._started, "audit.seen": self._seen, "audit.ended": self._ended}

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.audits, self.seen

    def _started(self, entry: Entry) -> None:
        name = entry.data["audit"]
        if self.audits.get(name) is None:
            about = {"by": entry.by, "loops": entry.data["loops"], "started_at": entry.at}
            self.audits.put(self.audits.row(name) | about)

    def _seen(self, entry: Entry) -> None:
        audit = self.audits.get(entry.data["audit"])
        if audit is None or audit["ended_at"] is not None:
            about = {"card": entry.data["card"]}
            self._moves.findings.happened("unknown_audit", entry, about, audit=entry.data["audit"])
            return
        uid, place = entry.data["card"], entry.data["place"]
        card = self._cards.get(uid)
        verdict = self._judge(card, place)
        about = {"loop": card and card["loop"], "state": card and card["state"], "place": place, "verdict": verdict}
        self.seen.put(self.seen.row(audit["audit"], uid) | about | {"by": entry.by, "at": entry.at})
        if card is not None:
            self._moves.findings.over("missing_in_audit", entry, card)
            if verdict in ("wrong_place", "should_be_out"):
                told = {"place": place, "state": card["state"], "last_seen": card["place"]}
                self._moves.findings.happened(f"audit_{verdict}", entry, card, **told)

    def _ended(self, entry: Entry) -> None:
        """Cards that should be there and were not seen are missing."""
        audit = self.audits.get(entry.data["audit"])
        if audit is None or audit["ended_at"] is not None:
            return
        seen = [row for row in self.seen.open() if row["audit"] == audit["audit"]]
        known = {row["card"] for row in seen}
        expected = [card for card in self._cards.open() if self._is_expected(card, audit)]
        missing = [card for card in expected if card["card"] not in known]
        for card in missing:
            about = {"loop": card["loop"], "state": card["state"], "place": card["place"], "verdict": "missing"}
            seen.append(self.seen.row(audit["audit"], card["card"]) | about | {"at": entry.at, "by": entry.by})
            self._moves.findings.lasts("missing_in_audit", entry, card, audit=audit["audit"], last_seen=card["place"])
        for row in seen:
            self.seen.put(row | {"ended_at": entry.at})
        self.audits.put(audit | {"expected": len(expected), "missing": len(missing), "ended_at": entry.at})

    def _is_expected(self, card: Row, audit: Row) -> bool:
        """`loops` names those that are looked at; none: all."""
        names = audit["loops"]["names"]
        return card["state"] not in OUT and (not names or card["loop"] in names)

    def _judge(self, card: Row | None, place: str) -> str:
        if card is None:
            return "unknown"
        if card["state"] in OUT:
            return "should_be_out"
        loop = self._moves.loops.loops.row(card["loop"])
        right = {"full": (loop["consumer"],), "in_process": (loop["supplier"],)}
        places = right.get(card["state"], (loop["consumer"], loop["supplier"]))
        return "right" if place in places or not place else "wrong_place"
