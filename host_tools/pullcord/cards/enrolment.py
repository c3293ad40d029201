"""Cards that are laid on a reader one after another become cards of a loop. Pure: reading and writing is elsewhere."""

from typing import NamedTuple

from .register import SHORT, Entry, holders


class Answer(NamedTuple):
    """`kind`: new, known (of this loop already), taken (somebody else's), short (new, but a uid of four bytes)."""

    kind: str
    uid: str
    words: str

    @property
    def is_new(self) -> bool:
        return self.kind in ("new", "short")


class Enrolment:
    """`known`: what the plant file holds. A card counts once, however often it is laid down."""

    def __init__(self, loop: str, known: list[Entry]) -> None:
        self.loop = loop
        self.uids: list[str] = []
        self._known = known
        self._count = len([entry for entry in known if entry.kind == "card" and entry.owner == loop])

    def tap(self, uid: str) -> Answer:
        if uid in self.uids:
            return Answer("known", uid, f"was enrolled a moment ago: card {self._number(uid)} of {self.loop}")
        for entry in holders(self._known, uid):
            mine = entry.kind == "card" and entry.owner == self.loop
            where = f"line {entry.line} of the plant file"
            return Answer("known" if mine else "taken", uid, f"is the {entry} already ({where}); nothing was changed")
        self.uids.append(uid)
        words = f"is card {self._number(uid)} of {self.loop} now"
        if len(uid) == SHORT:
            return Answer("short", uid, words + "; its uid has only 4 bytes and may exist twice: better a 7-byte card")
        return Answer("new", uid, words)

    def _number(self, uid: str) -> int:
        return self._count + self.uids.index(uid) + 1
