"""The script of a week in the two-line shop: who pulls, taps and repairs when, and what goes wrong.

Made by a small model of the shop that knows nothing of Pullcord: containers that are emptied and filled, people who
answer, a truck that is late. `write()` gives the steps in order of time and the truth about calls and stops, from which
tests reckon the figures that the plant must find. Moments are UTC milliseconds; Berlin is an hour ahead in that week.

Monday is ordinary. Tuesday the press-on station is cut off from the network for hours, a copy of a card is used, and
two boxes of bolts are ordered. Wednesday the mill loses its power, and wakes without a clock. The truck of the foundry
fails on Wednesday afternoon and on Thursday morning. Thursday a card falls behind a shelf. Friday it is replaced, and
bolts are counted.
"""

import heapq
import itertools
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

S, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
MONDAY = 1_795_993_200_000  # 2026-11-30T00:00 in Berlin (2026-11-29T23:00Z)
TAKT = 120 * S
WORK = [(360, 540), (555, 720), (750, 840), (840, 1020), (1035, 1200), (1230, 1320)]  # minutes of the day, in Berlin

PRESS, FIT = "acme/assembly/pumps/press-on", "acme/assembly/pumps/fit-shaft"
MILL, GRINDER = "acme/machining/cells/mill", "acme/machining/cells/grinder"
SPARE = "04a1b2c3d410ee"
LOST = "04a1b2c3d41003"

CUT_OFF = (DAY + 450 * MINUTE, DAY + 550 * MINUTE)  # press-on on Tuesday, 07:30 to 09:10
POWER_OFF = (2 * DAY + 1080 * MINUTE, 2 * DAY + 1100 * MINUTE)  # the mill on Wednesday, 18:00 to 18:20
NETWORK_BACK = 2 * DAY + 1130 * MINUTE  # 18:50
NO_TRUCK = (2 * DAY + 960 * MINUTE, 3 * DAY + 480 * MINUTE)
ORDERED = DAY + 600 * MINUTE  # two boxes of bolts, on Tuesday at 10:00
EXTRA_TRUCK = 3 * DAY + 900 * MINUTE


def cards(first: int, count: int) -> list[str]:
    return [f"04a1b2c3d410{first + n}" for n in range(count)]


CARDS = {
    "housing": [f"04a1b2c3d4100{n}" for n in range(1, 5)],
    "housing-made": cards(11, 4),
    "casting": cards(21, 5),
    "shaft": cards(31, 6),
    "bolt": cards(41, 2),
}
QUANTITY = {"housing": 20, "housing-made": 20, "casting": 100, "shaft": 25, "bolt": 500}


class Step(NamedTuple):
    """`do`: pulse (an input), tap or stray (a card at a reader), cable and power (on or off), command, decide."""

    at: int
    number: int
    do: str
    station: str
    what: str = ""
    data: Any = None


@dataclass
class Call:
    """What happened to one call, as the script has it. None: it did not."""

    station: str
    category: str
    called: int
    acknowledged: int | None = None
    resolved: int | None = None
    cancelled: int | None = None
    stopped: int | None = None
    restarted: int | None = None


@dataclass
class Script:
    steps: list[Step] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


class Bins:
    """Containers at one consumer: the first is being emptied."""

    def __init__(self, loop: str) -> None:
        self.loop = loop
        self.full = deque(CARDS[loop])
        self.left = QUANTITY[loop]

    def use(self, pieces: int) -> str | None:
        """The card of the container that this empties, or None. There must be one."""
        self.left -= pieces
        if self.left > 0:
            return None
        self.left += QUANTITY[self.loop]
        return self.full.popleft()


class Week:
    """Plays the model: `at` plans what is done at a moment, `run` does it in order."""

    def __init__(self, seed: int = 7, days: int = 5) -> None:
        self.script = Script()
        self.end = MONDAY + days * DAY
        self._chance = random.Random(seed)
        self._plan: list[tuple[int, int, Any, tuple[Any, ...]]] = []
        self._count = itertools.count()
        self._bins = {name: Bins(name) for name in ("housing", "shaft", "bolt", "casting")}
        self._open: dict[str, Call] = {}  # the one call that is open at a station
        self._starved: set[str] = set()
        self._withdrawals: deque[str] = deque()
        self._store = 4
        self._to_make = 0
        self._milling = False
        self._made = deque(CARDS["housing-made"])
        self._shaft_signals: list[str] = []
        self._grinding = False
        self._foundry: list[tuple[int, str]] = []
        self.lost_at: int | None = None

    def write(self) -> Script:
        for station in (PRESS, FIT):
            self.at(self.next_work(MONDAY), self._cycle, station)
            for day in range((self.end - MONDAY) // DAY):
                for _ in range(9):
                    self.at(MONDAY + day * DAY + self._chance.randrange(365, 1300) * MINUTE, self._quality, station)
        for day in range((self.end - MONDAY) // DAY):
            for minute in range(375, 1320, 30):
                self.at(MONDAY + day * DAY + minute * MINUTE, self._tour)
            for minute in (480, 960):
                if day * DAY + minute * MINUTE not in NO_TRUCK:
                    self.at(MONDAY + day * DAY + minute * MINUTE, self._truck)
        self.at(MONDAY + EXTRA_TRUCK, self._truck)
        self._troubles()
        while self._plan and self._plan[0][0] < self.end:
            now, _, what, arguments = heapq.heappop(self._plan)
            what(now, *arguments)
        self.script.steps.sort()
        self.script.steps = [step for step in self.script.steps if step.at < self.end]
        return self.script

    def at(self, moment: int, what: Any, *arguments: Any) -> None:
        heapq.heappush(self._plan, (moment, next(self._count), what, arguments))

    def do(self, at: int, do: str, station: str, what: str = "", data: Any = None) -> None:
        self.script.steps.append(Step(at, next(self._count), do, station, what, data))

    # Time

    def works(self, at: int) -> bool:
        minute = (at - MONDAY) % DAY // MINUTE
        return any(begin <= minute < end for begin, end in WORK)

    def next_work(self, at: int) -> int:
        while not self.works(at):
            at = at - at % MINUTE + MINUTE
        return at

    def _powered(self, at: int) -> int:
        """When the mill can be used, from that moment on."""
        off, on = (MONDAY + moment for moment in POWER_OFF)
        return on + MINUTE + (at - off) // 60 if off - MINUTE <= at <= on + MINUTE else at

    # Assembly

    def _cycle(self, now: int, station: str) -> None:
        call = self._open.get(station)
        if call and call.stopped is not None and call.stopped <= now:
            return  # the restart goes on with it
        if not self.works(now):
            self.at(self.next_work(now) + self._chance.randrange(60, 110) * S, self._cycle, station)
            return
        needs = {"housing": 1, "bolt": 4} if station == PRESS else {"shaft": 1}
        if any(not self._bins[loop].full for loop in needs):
            self._starve(now, station)
            return
        self.do(now, "pulse", station, "cycle")
        for loop, pieces in needs.items():
            card = self._bins[loop].use(pieces)
            if card:
                self.at(now + self._chance.randrange(4, 11) * S, self._emptied, station, loop, card)
        slow = 70 * S if self._chance.random() < 0.02 else 0
        self.at(now + TAKT + self._chance.randrange(-6, 10) * S + slow, self._cycle, station)

    def _emptied(self, now: int, station: str, loop: str, card: str) -> None:
        self.do(now, "tap", station, "empty", card)
        if loop == "housing":
            if card == LOST and now - MONDAY > 3 * DAY + 600 * MINUTE and self.lost_at is None:
                self.lost_at = now  # it falls behind a shelf: nobody takes it to the mill
            else:
                self._withdrawals.append(card)
        elif loop == "bolt":
            back = self.next_work(now + self._chance.randrange(120, 170) * MINUTE)
            self.at(back, self._arrive, station, loop, card)
        else:
            self._shaft_signals.append(card)
            self._grind(now)

    def _arrive(self, now: int, station: str, loop: str, card: str) -> None:
        self.do(now, "tap", station, "filled", card)
        self._bins[loop].full.append(card)
        if station in self._starved:
            self._starved.discard(station)
            self._resolve(now + 20 * S, station)
            self.at(now + 40 * S, self._cycle, station)

    def _starve(self, now: int, station: str) -> None:
        """The operator calls for material, and waits for it."""
        self._starved.add(station)
        if station not in self._open:
            call = self._open[station] = self._called(now, station, "material", "material")
            call.acknowledged = now + self._chance.randrange(30, 200) * S
            self.do(call.acknowledged, "pulse", station, "ack")

    # Calls

    def _called(self, now: int, station: str, category: str, contact: str) -> Call:
        self.do(now, "pulse", station, contact)
        self.script.calls.append(Call(station, category, now))
        return self.script.calls[-1]

    def _quality(self, now: int, station: str) -> None:
        if station in self._open or station in self._starved or not (self.works(now) and self.works(now + 15 * MINUTE)):
            return
        call = self._open[station] = self._called(now, station, "quality", "cord")
        if self._chance.random() < 0.35:
            call.cancelled = now + self._chance.randrange(6, 16) * S
            self.do(call.cancelled, "pulse", station, "cord")
            self.at(call.cancelled + 5 * S, self._closed, station)
            return
        call.stopped = now + 20 * S
        call.acknowledged = now + self._chance.randrange(15, 110) * S
        self.do(call.acknowledged, "pulse", station, "ack")
        call.resolved = max(call.acknowledged, call.stopped) + self._chance.randrange(60, 400) * S
        self.do(call.resolved, "pulse", station, "resolve")
        call.restarted = call.resolved + self._chance.randrange(5, 20) * S
        self.do(call.restarted, "pulse", station, "restart")
        self.at(call.restarted + S, self._closed, station)
        self.at(call.restarted + 50 * S, self._go_on, station)

    def _resolve(self, at: int, station: str) -> None:
        call = self._open.get(station)
        if call and call.category == "material":
            call.resolved = max(at, (call.acknowledged or 0) + 10 * S)
            self.do(call.resolved, "pulse", station, "resolve")
            self.at(call.resolved + S, self._closed, station)

    def _closed(self, _now: int, station: str) -> None:
        self._open.pop(station, None)

    def _go_on(self, now: int, station: str) -> None:
        """After a stop the cycle that was cut goes on; the one that was planned meanwhile is not done twice."""
        planned = [entry for entry in self._plan if entry[2] == self._cycle and entry[3] == (station,)]
        if not planned and station not in self._starved:
            self._cycle(now, station)

    # Machining

    def _tour(self, now: int) -> None:
        """The handler takes what was signalled from the mill's store to the press, in the order of the signals."""
        now = self._powered(now)
        if not self.works(now):
            return
        for stop in range(min(len(self._withdrawals), self._store)):
            card = self._withdrawals.popleft()
            at = self._powered(now + stop * 6 * S)
            self.do(at, "tap", MILL, "out", card)
            self._store -= 1
            self._to_make += 1
            self.at(self.next_work(at + self._chance.randrange(540, 720) * S), self._arrive, PRESS, "housing", card)
        self._mill(now)

    def _mill(self, now: int) -> None:
        if self._milling or not self._to_make or not self._bins["casting"].full:
            return
        self._milling = True
        self.at(self._powered(self.next_work(now + 33 * MINUTE)), self._milled)

    def _milled(self, now: int) -> None:
        self._milling = False
        self._to_make -= 1
        card = self._made.popleft()
        self._made.append(card)
        self.do(now, "tap", MILL, "out", card)
        self.do(now + 25 * S, "tap", MILL, "filled", card)
        self.at(now + 26 * S, self._stored)
        used = self._bins["casting"].use(20)
        if used:
            self.do(now + 40 * S, "tap", MILL, "empty", used)
            self._foundry.append((now + 40 * S, used))
        self.at(now + MINUTE, self._mill)

    def _stored(self, _now: int) -> None:
        self._store += 1

    def _grind(self, now: int) -> None:
        """A batch when four containers are empty, or two are left."""
        due = len(self._shaft_signals) >= 4 or len(self._bins["shaft"].full) <= 2
        if self._grinding or not self._shaft_signals or not due:
            return
        self._grinding = True
        batch, self._shaft_signals = self._shaft_signals, []
        self.at(self.next_work(now + (30 + 12 * len(batch)) * MINUTE), self._ground, batch)

    def _ground(self, now: int, batch: list[str]) -> None:
        for place, card in enumerate(batch):
            self.do(now + place * 7 * S, "tap", GRINDER, "out", card)
            self.at(self.next_work(now + 13 * MINUTE + place * 8 * S), self._arrive, FIT, "shaft", card)
        self._grinding = False
        self.at(now + MINUTE, self._grind)

    def _truck(self, now: int) -> None:
        """It brings what was signalled until ten hours before."""
        here = [card for given, card in self._foundry if given <= now - 10 * HOUR]
        self._foundry = [(given, card) for given, card in self._foundry if given > now - 10 * HOUR]
        for place, card in enumerate(here):
            self.do(now + place * 9 * S, "tap", MILL, "filled", card)
            self._bins["casting"].full.append(card)
        if here:
            self.at(now + MINUTE, self._mill)

    # What goes wrong

    def _troubles(self) -> None:
        self.do(MONDAY + CUT_OFF[0], "cable", PRESS, "off")
        self.do(MONDAY + CUT_OFF[1], "cable", PRESS, "on")
        self.do(MONDAY + POWER_OFF[0], "power", MILL, "off")
        self.do(MONDAY + POWER_OFF[1], "power", MILL, "on")
        self.do(MONDAY + NETWORK_BACK, "cable", MILL, "on")
        self.at(MONDAY + DAY + 900 * MINUTE, self._use_a_copy)
        self.at(MONDAY + DAY + 630 * MINUTE, self._break_the_grinder)
        friday = MONDAY + 4 * DAY
        self.at(friday + 480 * MINUTE, self._miss_the_card)
        self.at(friday + 500 * MINUTE, self._replace_the_card)
        order = {"order": "PO-1", "item": "bolt-m8", "supplier": "fastener-house", "quantity": 1000}
        self.do(MONDAY + ORDERED, "decide", "", "order.placed", order)
        count = {"item": "bolt-m8", "counted": 940, "reason": "a box was spilt"}
        self.do(friday + 780 * MINUTE, "decide", "", "stock.counted", count)

    def _use_a_copy(self, now: int) -> None:
        """A copy of a card that was just tapped at one station is held to the other within seconds."""
        taps = [step for step in self.script.steps if step.do == "tap" and step.station == FIT and step.at < now]
        if now - taps[-1].at > 9 * S:
            self.at(now + 3 * S, self._use_a_copy)
        else:
            self.do(now, "stray", PRESS, "empty", taps[-1].data)

    def _break_the_grinder(self, now: int) -> None:
        call = self._called(now, GRINDER, "maintenance", "stop")
        call.stopped = now
        call.acknowledged = now + 90 * S
        self.do(call.acknowledged, "pulse", GRINDER, "ack")
        call.resolved = now + 25 * MINUTE
        self.do(call.resolved, "pulse", GRINDER, "resolve")
        call.restarted = call.resolved + 30 * S
        self.do(call.restarted, "command", GRINDER, "restart")

    def _miss_the_card(self, now: int) -> None:
        self.do(now, "decide", "", "card.lost", {"card": LOST, "reason": "not seen since Thursday"})

    def _replace_the_card(self, now: int) -> None:
        said = {"card": LOST, "replaced_by": SPARE, "full": False, "reason": "lost"}
        self.do(now, "decide", "", "card.replaced", said)
        self._withdrawals.append(SPARE)


def write(seed: int = 7, days: int = 5) -> Script:
    return Week(seed, days).write()
