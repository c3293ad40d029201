"""The steps of a check, one after the other. A step that fails does not end it: the report is to have all of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .held_board import HeldBoard
from .person import AGAIN, NO, YES, Person
from .result import Outcome, Step

SETTLE_S = 1.5
TONE = 2000
TOP_DOWN = ("red", "yellow", "green", "blue", "white")  # as they stand on a tower
FAULTS = {
    "open": "its wire is cut",
    "short": "its wires touch",
    "silent": "its expander does not answer",
    "mismatch": "the relay's contact does not say what it was told",
    "open_load": "no current flows",
}
LET_GO, PULLED = False, True


class Patience(NamedTuple):
    """Seconds: for a hand to do what was asked, for the way to the broker, and for a recorder's answer."""

    hand: float = 45.0
    link: float = 60.0
    receipt: float = 45.0


class Check:
    """`by`: who stands there. `heard(step)` is told of each as it is done."""

    def __init__(
        self,
        board: HeldBoard,
        person: Person,
        by: str,
        heard: Callable[[Step], None],
        patience: Patience = Patience(),  # noqa: B008 (it cannot be changed)
    ) -> None:
        self.steps: list[Step] = []
        self.who: dict[str, Any] = {}
        self._board = board
        self._person = person
        self._by = by
        self._heard = heard
        self._patience = patience
        self._faults: dict[str, str] = {}
        self._fresh: list[tuple[str, Any]] = []

    def run(self) -> None:
        """Trouble when the board leaves in the middle."""
        self.who = self._board.ask("who")
        self._left = [item["name"] for item in self._inputs]
        self._note("started")
        self._config()
        self._at_rest()
        for name in sorted(self.who["lights"], key=TOP_DOWN.index):
            self._light(name)
        if self._board.config.get("buzzer"):
            self._sound()
        for item in self._inputs:
            self._input(item)
            if item.get("kind") == "loop":
                self._wire(item["name"])
        for item in self._board.config["readers"]:
            self._reader(item)
        if self._board.config.get("permit"):
            self._permit()
        self._link()

    @property
    def good(self) -> bool:
        return all(step.outcome == "passed" for step in self.steps)

    @property
    def _inputs(self) -> list[dict[str, Any]]:
        return self._board.config["inputs"]

    # The steps

    def _config(self) -> None:
        self._done("config", self.who["config"]["hash"], not self._board.wrong, "; ".join(self._board.wrong))

    def _at_rest(self) -> None:
        """Before anybody touches anything: no input is active, no fault is there."""
        self._pause(SETTLE_S)
        self._take(self._board.seen())
        wrong = [f"{name} is active and nobody is there" for name in self.who["active"]]
        wrong += [f"{name}: {FAULTS[fault]}" for name, fault in self._faults.items() if fault in FAULTS]
        self._done("input", "all at rest", not wrong, "; ".join(wrong))

    def _light(self, name: str) -> None:
        def show() -> None:
            self._board.ask("light", names=[name])
            self._pause(SETTLE_S if self._board.config["light"].get("sense") else 0)

        answer = self._asked(f"Light {name}: does it shine, and no other?", show)
        self._board.ask("light", names=[])
        self._take(self._board.seen())
        fault = self._faults.get(f"light-{name}", "")
        why = FAULTS.get(fault, fault) if fault else "the person saw it dark, or another one lit"
        self._done("light", name, answer == YES and not fault, why)

    def _sound(self) -> None:
        answer = self._asked("Do you hear a tone?", lambda: self._board.ask("sound", hertz=TONE))
        self._board.ask("sound", hertz=0)
        self._done("sound", "buzzer", answer == YES, "the person heard nothing")

    def _input(self, item: dict[str, Any]) -> None:
        name = item["name"]

        def once() -> str:
            self._forget()
            self._person.tell(f"{_what_to_do(item)} (within {self._patience.hand:.0f} s)")
            return self._moved(name, PULLED) or self._moved(name, LET_GO)

        why = self._tried(f"{name}: ", once)
        if not why:
            self._left.remove(name)
            self._note("seen", name)
        self._done("input", name, not why, why)

    def _wire(self, name: str) -> None:
        def once() -> str:
            self._forget()
            self._person.tell(f"Take one wire of {name} off its terminal. (within {self._patience.hand:.0f} s)")
            if why := self._moved(name, "open"):
                return why
            self._person.tell(f"Good: the cut wire was seen. Now put it back. (within {self._patience.hand:.0f} s)")
            return self._moved(name, "")

        why = self._tried(f"{name}, cut wire: ", once)
        self._done("wire", name, not why, why)

    def _reader(self, item: dict[str, Any]) -> None:
        name = item["name"]
        found: list[str] = []

        def once() -> str:
            self._forget()
            self._person.tell(f"Hold a card at reader {name}. (within {self._patience.hand:.0f} s)")
            return self._card(name, found)

        why = self._tried(f"reader {name}: ", once)
        if not why and len(found[-1]) == 8:
            self._person.tell(f"Card {found[-1]}: it has 4 bytes, which are not unique. Better a 7-byte card.")
        self._done("reader", name, not why, why)
        for light in (light for light in ("ok", "bad") if light in item.get("pins", {})):
            self._answer_light(item, light)

    def _answer_light(self, item: dict[str, Any], light: str) -> None:
        name = item["name"]
        lit = [one == light for one in ("ok", "bad") if one in item["pins"]]

        def show() -> None:
            self._board.ask("answer", reader=name, lit=lit)

        answer = self._asked(f"Reader {name}: does its {light} light shine?", show)
        self._board.ask("answer", reader=name, lit=[False] * len(lit))
        self._done("reader", f"{name}, {light} light", answer == YES, "the person saw it dark")

    def _permit(self) -> None:
        """The only step by which something could move: nobody is surprised by it."""
        if self._person_says("Now the permit relay: the line may start. Is everybody clear of it?") != YES:
            self._add("permit", "relay", "skipped", "it was not clear whether everybody was clear of the line")
            return
        on = self._asked("Is the permit there (relay on)?", lambda: self._board.ask("permit", on=True))
        mismatch = self._mismatch()
        off = self._asked("Is it gone again (relay off)?", lambda: self._board.ask("permit", on=False))
        mismatch = mismatch or self._mismatch()
        wrong = [] if on == YES else ["it did not come"]
        wrong += [] if off == YES else ["it did not go"]
        wrong += [mismatch] if mismatch else []
        self._done("permit", "relay", not wrong, "; ".join(wrong))

    def _link(self) -> None:
        """The last step: what the check found is the event that must come through."""
        board = self._board
        board.seen()
        if board.link is None:
            why = "this station speaks through the cable at which you sit: see it with pullcord gateway"
            self._note("passed" if self.good else "ended")
            self._add("link", "network, broker, receipt", "skipped" if self._has_way else "passed", why)
            return
        self._person.tell(f"Now the way to the plant. (up to {self._patience.link:.0f} s)")
        network = board.wait(self._has_network, self._patience.link)
        self._done("link", "network", network, self._reason)
        broker = network and board.wait(self._has_broker, self._patience.link)
        self._done("link", "broker", broker, self._reason)
        before = board.next
        self._note("passed" if self.good else "ended")
        told = broker and board.wait(lambda: self._receipted(before), self._patience.receipt)
        self._done("link", "receipt", told, self._reason or "the broker took it, but no recorder answered")

    # How a step is done

    def _asked(self, question: str, act: Callable[[], Any]) -> str:
        """Do it, ask what is seen; once more as often as the person likes."""
        while True:
            act()
            answer = self._person_says(question)
            if answer != AGAIN:
                return answer

    def _tried(self, what: str, once: Callable[[], str]) -> str:
        """"" when it went well, else why not; again as often as the person likes."""
        while why := once():
            if self._person_says(f"{what}{why}. Try again?") == NO:
                return why
        return ""

    def _person_says(self, question: str) -> str:
        with self._board.kept_awake():
            return self._person.ask(question)

    def _moved(self, name: str, wanted: Any) -> str:
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

        came = self._board.wait(look, self._patience.hand)
        if others:
            return f"{others[0]} moved instead: are the two exchanged?"
        if came:
            return ""
        return {PULLED: "nothing came", LET_GO: "it stays active"}.get(wanted, "the wire was not seen to change")

    def _card(self, name: str, found: list[str]) -> str:
        """"" once that reader saw a card; `found` gets its uid."""
        others = [item["name"] for item in self._board.config["readers"] if item["name"] != name]
        wrong: list[str] = []

        def look() -> bool:
            for other, what in self._board.seen():
                self._take([(other, what)])
                if other == name and isinstance(what, str) and not what.startswith("error"):
                    (wrong if what == "several" else found).append(what)
                elif other in others and not what.startswith("error"):
                    wrong.append(f"reader {other} saw it instead: are the two exchanged?")
            return bool(found or wrong)

        if self._faults.get(name):
            return f"its chip does not answer ({self._faults[name].removeprefix('error: ')})"
        self._board.wait(look, self._patience.hand)
        if wrong:
            return wrong[0].replace("several", "several cards at once")
        return "" if found else self._faults.get(name, "no card was seen")

    def _mismatch(self) -> str:
        if not self._board.config["permit"].get("readback"):
            return ""
        self._pause(SETTLE_S)
        self._take(self._board.seen())
        return FAULTS["mismatch"] if self._faults.get("permit") else ""

    def _forget(self) -> None:
        """What moved before the person was asked says nothing."""
        self._take([*self._fresh, *self._board.seen()])
        self._fresh = []

    def _take(self, seen: list[tuple[str, Any]]) -> None:
        """Faults that came and went."""
        for name, what in seen:
            if isinstance(what, str) and (what in FAULTS or what.startswith("error")):
                self._faults[name] = what
            elif what == "":
                self._faults.pop(name, None)

    def _has_network(self) -> bool:
        self._board.seen()
        return self._board.was_up

    def _has_broker(self) -> bool:
        self._board.seen()
        return bool(self._board.link and self._board.link["broker"])

    def _receipted(self, before: int) -> bool:
        self._board.seen()
        return self._board.next > before and self._board.through >= self._board.next - 1

    @property
    def _reason(self) -> str:
        return str(self._board.link["reason"]) if self._board.link else ""

    @property
    def _has_way(self) -> bool:
        return self._board.config["link"]["kind"] != "none"

    def _pause(self, seconds: float) -> None:
        self._board.wait(lambda: False, seconds)

    def _note(self, what: str, name: str = "") -> None:
        self._board.ask("note", what=what, input=name, left=self._left, by=self._by)

    def _done(self, part: str, name: str, good: bool, why: str) -> None:
        self._add(part, name, "passed" if good else "failed", "" if good else why)

    def _add(self, part: str, name: str, outcome: Outcome, why: str) -> None:
        step = Step(part, name, outcome, why)
        self.steps.append(step)
        self._heard(step)


def _what_to_do(item: dict[str, Any]) -> str:
    name = item["name"]
    if item["does"] in ("cycle", "mark"):
        return f"Let {name} switch once, as a part that passes does."
    if item.get("via") == "button" or item["does"] != "call":
        return f"Press {name} now, and let go."
    return f"Pull {name} now, and let go."
