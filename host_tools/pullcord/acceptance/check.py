"""The steps of a check, one after the other. A step that fails does not end it: the report is to have all of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .held_board import HeldBoard
from .person import AGAIN, NO, YES, Person
from .result import GOOD, Outcome, Step
from .terminals import LET_GO, PULLED, Terminals

SETTLE_S = 1.5
TONE = 2000
BY_CABLE = "linked by cable: its gateway carries what it says"
NO_WAY = "this station has no way to the plant"
TOP_DOWN = ("red", "yellow", "green", "blue", "white")  # as they stand on a tower


class Patience(NamedTuple):
    """Seconds: for a hand to do what was asked, for the way to the broker, and for a recorder's answer."""

    hand: float = 45.0
    link: float = 60.0
    receipt: float = 45.0


class Check:
    """`by`: who stands there. `heard(step)` is told of each as it is done.

    `may_carry`: what a station says that is linked by cable can be brought to the broker afterwards; `carried` is told
    what came of it.
    """

    def __init__(
        self,
        board: HeldBoard,
        person: Person,
        by: str,
        heard: Callable[[Step], None],
        patience: Patience = Patience(),  # noqa: B008 (it cannot be changed)
        may_carry: bool = False,
    ) -> None:
        self.steps: list[Step] = []
        self.who: dict[str, Any] = {}
        self._board = board
        self._person = person
        self._by = by
        self._heard = heard
        self._patience = patience
        self._may_carry = may_carry
        self._terminals = Terminals(board, patience.hand)

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
        return all(step.outcome in GOOD for step in self.steps)

    @property
    def is_carried(self) -> bool:
        return self._may_carry and self._link_kind == "usb"

    def carried(self, why: str) -> None:
        """`why` the receipt did not come by the cable; "" when it did."""
        self._done("link", "receipt, by the cable", not why, why)

    @property
    def _link_kind(self) -> str:
        return str(self._board.config["link"]["kind"])

    @property
    def _inputs(self) -> list[dict[str, Any]]:
        return self._board.config["inputs"]

    # The steps

    def _config(self) -> None:
        self._done("config", self.who["config"]["hash"], not self._board.wrong, "; ".join(self._board.wrong))

    def _at_rest(self) -> None:
        """Before anybody touches anything: no input is active, no fault is there."""
        self._pause(SETTLE_S)
        self._terminals.look()
        wrong = [f"{name} is active and nobody is there" for name in self.who["active"]] + self._terminals.faults()
        self._done("input", "all at rest", not wrong, "; ".join(wrong))

    def _light(self, name: str) -> None:
        def show() -> None:
            self._board.ask("light", names=[name])
            self._pause(SETTLE_S if self._board.config["light"].get("sense") else 0)

        answer = self._asked(f"Light {name}: does it shine, and no other?", show)
        self._board.ask("light", names=[])
        self._terminals.look()
        fault = self._terminals.fault(f"light-{name}")
        why = fault or "the person saw it dark, or another one lit"
        self._done("light", name, answer == YES and not fault, why)

    def _sound(self) -> None:
        answer = self._asked("Do you hear a tone?", lambda: self._board.ask("sound", hertz=TONE))
        self._board.ask("sound", hertz=0)
        self._done("sound", "buzzer", answer == YES, "the person heard nothing")

    def _input(self, item: dict[str, Any]) -> None:
        name = item["name"]

        def once() -> str:
            self._terminals.forget()
            self._tell(_what_to_do(item))
            return self._terminals.moved(name, PULLED) or self._terminals.moved(name, LET_GO)

        why = self._tried(f"{name}: ", once)
        if not why:
            self._left.remove(name)
            self._note("seen", name)
        self._done("input", name, not why, why)

    def _wire(self, name: str) -> None:
        """A watched wire: cut, and squeezed until its two wires touch. Each fault must be seen, and that it is over."""
        cut = f"Take one wire of {name} off its terminal."
        self._fault(name, "open", "cut wire", cut, "Good: the cut wire was seen. Now put it back.")
        bridge = f"Bridge the two terminals of {name} with a piece of wire."
        self._fault(name, "short", "wires touch", bridge, "Good: it was seen. Now take the bridge away.")

    def _fault(self, name: str, fault: str, called: str, make: str, mend: str) -> None:
        def once() -> str:
            self._terminals.forget()
            self._tell(make)
            if why := self._terminals.moved(name, fault):
                return why
            self._tell(mend)
            return self._terminals.moved(name, "")

        why = self._tried(f"{name}, {called}: ", once)
        self._done("wire", f"{name}, {called}", not why, why)

    def _reader(self, item: dict[str, Any]) -> None:
        name = item["name"]
        card = ""

        def once() -> str:
            nonlocal card
            self._terminals.forget()
            self._tell(f"Hold a card at reader {name}.")
            card, why = self._terminals.card(name)
            return why

        why = self._tried(f"reader {name}: ", once)
        if not why and len(card) == 8:
            self._person.tell(f"Card {card}: it has 4 bytes, which are not unique. Better a 7-byte card.")
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
            before = board.next
            self._note("passed" if self.good else "ended")
            board.wait(lambda: self._is_stored(before), SETTLE_S)  # the station starts afresh right after it
            if not self.is_carried:
                why = NO_WAY if self._link_kind == "none" else BY_CABLE
                self._add("link", "network, broker, receipt", "not_applicable", why)
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

    def _tell(self, what: str) -> None:
        """What a hand is to do now."""
        self._person.tell(f"{what} (within {self._patience.hand:.0f} s)")

    def _person_says(self, question: str) -> str:
        with self._board.kept_awake():
            return self._person.ask(question)

    def _mismatch(self) -> str:
        if not self._board.config["permit"].get("readback"):
            return ""
        self._pause(SETTLE_S)
        self._terminals.look()
        return self._terminals.fault("permit")

    def _is_stored(self, before: int) -> bool:
        self._board.seen()
        return self._board.next > before

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
