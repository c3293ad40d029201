"""What moves at the terminals of a station that is checked, and what is wrong with them."""

from typing import Any

from .held_board import HeldBoard, Seen

FAULTS = {
    "open": "its wire is cut",
    "short": "its wires touch",
    "silent": "its expander does not answer",
    "mismatch": "the relay's contact does not say what it was told",
    "open_load": "no current flows",
}
LET_GO, PULLED = False, True
NOT_SEEN = {PULLED: "nothing came", LET_GO: "it stays active"}


class Terminals:
    """`hand_s`: how long a hand may take to do what was asked."""

    def __init__(self, board: HeldBoard, hand_s: float) -> None:
        self._board = board
        self._hand_s = hand_s
        self._faults: dict[str, str] = {}
        self._fresh: list[Seen] = []

    def look(self) -> None:
        self._take(self._board.seen())

    def forget(self) -> None:
        """What moved before the person was asked says nothing."""
        self._take([*self._fresh, *self._board.seen()])
        self._fresh = []

    def faults(self) -> list[str]:
        """In words, those that stand now."""
        return [f"{name}: {FAULTS[fault]}" for name, fault in self._faults.items() if fault in FAULTS]

    def fault(self, name: str) -> str:
        """In words; "" without one."""
        found = self._faults.get(name, "")
        return FAULTS.get(found, found)

    def moved(self, name: str, wanted: Any) -> str:
        """"" once that input told this; else why not, such as another one that moved in its place."""
        others: list[str] = []

        def look() -> bool:
            self._fresh += self._board.seen()
            while self._fresh:
                other, what = self._fresh.pop(0)  # what comes behind it is for the next question
                self._take([(other, what)])
                if other == name and what == wanted and type(what) is type(wanted):
                    return True
                if other != name and what is PULLED:
                    others.append(other)
            return bool(others)

        came = self._board.wait(look, self._hand_s)
        if others:
            return f"{others[0]} moved instead: are the two exchanged?"
        return "" if came else NOT_SEEN.get(wanted, "the wire was not seen to change")

    def card(self, name: str) -> tuple[str, str]:
        """(uid, "") once that reader saw a card; else ("", why not)."""
        found, wrong = "", self.fault(name)
        if wrong:
            return "", f"its chip does not answer ({wrong.removeprefix('error: ')})"
        readers = [item["name"] for item in self._board.config["readers"]]

        def look() -> bool:
            nonlocal found, wrong
            for other, what in self._board.seen():
                self._take([(other, what)])
                if other not in readers or not isinstance(what, str) or what.startswith("error"):
                    continue
                if other != name:
                    wrong = wrong or f"reader {other} saw it instead: are the two exchanged?"
                elif what == "several":
                    wrong = wrong or "several cards at once"
                else:
                    found = what
            return bool(found or wrong)

        self._board.wait(look, self._hand_s)
        if wrong or not found:
            return "", wrong or self.fault(name) or "no card was seen"
        return found, ""

    def _take(self, seen: list[Seen]) -> None:
        """Faults that came and went."""
        for name, what in seen:
            if isinstance(what, str) and (what in FAULTS or what.startswith("error")):
                self._faults[name] = what
            elif what == "":
                self._faults.pop(name, None)
