"""Tells people of calls: decides by the stations' latest states, records the decision, and only then sends.

At least once, and only of what still waits. A decision is in the log before its message leaves, so neither a restart
nor a replay tells anybody twice. The one gap: the service ends after a message left and before the log has that. Then
the notice is in doubt, and the next service tells it again if the call still waits unanswered, and says that it may be
a repeat. A page that comes twice about a line that stands is better than none; about a call that is over none comes.

How long a call waits is told by a clock that nobody sets (`pull.waits`). After a restore the log does not know whom the
lost one told (`escalation.forgotten`).
"""

import asyncio
import hashlib
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError

from pullcord.line import pages
from pullcord.line.board import BoardState
from pullcord.line.channels import Channels
from pullcord.line.figures import Figures
from pullcord.line.log import Appended, PlantEvent
from pullcord.pull import calendar, chasing, escalation
from pullcord.pull.escalation import CALLED, NOBODY, Call, Notice, Shelf
from pullcord.pull.flood import FloodGate
from pullcord.pull.waits import Waits

log = logging.getLogger(__name__)

LOOK_S = 1.0
DOUBT_S = 10.0
REASONS_S = 60.0
RETRY_S = (5.0, 15.0, 60.0, 180.0)
"""Waits before the attempts after the first; then it has failed, and the next level is told in its own time."""
AT_ONCE = 8
LINK_MS = 12 * 3_600_000
UNHEARD_MS = 60_000
BY = "notifier"
GONE = "it was taken, or over, before it could be told"
SETTLED = "it was due long before a backup was put back: the log before that told it"

Append = Callable[[PlantEvent], Awaitable[Appended]]


class Item(NamedTuple):
    notice: Notice
    token: str


class Say(NamedTuple):
    """A message, and the notices that are in it."""

    message: pages.Told
    of: set[str]


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Notifier:
    """`link` is where phones reach the pages, such as https://andon.plant; empty: messages have no link.

    `is_folded`: whether `figures` know all that the log said when this service began.
    """

    def __init__(
        self,
        board: BoardState,
        figures: Figures,
        append: Append,
        channels: Channels,
        link: str,
        now_ms: Callable[[], int],
        is_folded: Callable[[], bool],
        steady_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        self._board = board
        self._figures = figures
        self._append = append
        self._channels = channels
        self._link = link.rstrip("/")
        self._now_ms = now_ms
        self._is_folded = is_folded
        self._steady_ms = steady_ms
        self._began = now_ms()
        self._began_steady = steady_ms()
        self._waits = Waits()
        self._restored_at: int | None = None
        self._told: set[str] = set()
        self._gates: dict[str, FloodGate] = defaultdict(FloodGate)
        self._sending: dict[asyncio.Task[None], list[str]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._failing: dict[str, str] = {}

    def status(self) -> dict[str, Any]:
        """`sending`: notices under way; `failing`: by channel or role, why the latest message did not get through."""
        flooded = sorted(name for name, gate in self._gates.items() if gate.flooded)
        return {
            "sending": sum(len(names) for names in self._sending.values()),
            "failing": dict(self._failing),
            "flooded": flooded,
        }

    async def run(self) -> None:
        """Until cancelled."""
        works = ((self.tell, LOOK_S), (self.clear_doubts, DOUBT_S), (self.remind, REASONS_S))
        try:
            await asyncio.gather(*(self._for_ever(*work) for work in works))
        finally:
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def tell(self) -> None:
        """What is due now and was not told."""
        views = self._views()
        now = self._now_ms()
        calls = self._waits.by_now(escalation.waiting(views.values()), now, self._steady_ms())
        if not calls:
            self._told.clear()
            return
        plant, shelves = await asyncio.to_thread(self._facts)
        shifts = calendar.read(plant["calendar"])
        due = escalation.due(calls, plant, shifts, shelves, now)
        forgotten = escalation.forgotten(calls, plant, shifts, self._restored_at or 0)
        waiting = {call.call for call in calls}
        self._told = {name for name in self._told if name.partition("/")[0] in waiting}
        by_channel: dict[str, list[Notice]] = {}
        for notice in due:
            if notice.name in self._told:
                continue
            if forgotten.get(notice.name):
                await self._leave(notice, now)
            else:
                by_channel.setdefault(notice.channel, []).append(notice)
        for channel, notices in by_channel.items():
            if channel == NOBODY:
                for notice in notices:
                    await self._reach_nobody(notice)
            elif self._gates[channel].lets_pass(now):
                items = [item for notice in notices if (item := await self._decided(notice, now))]
                if items:
                    self._gates[channel].passed(now, len(items))
                    self._send(channel, items, again=any(item.notice.name in forgotten for item in items))

    async def clear_doubts(self) -> None:
        """Notices of a service that ended before it knew what became of them.

        What is folded from the log lags behind it: only when all is folded is a notice without an end in doubt.
        """
        if not self._is_folded():
            return
        rows = await asyncio.to_thread(self._figures.open_notices)
        mine = {name for names in self._sending.values() for name in names}
        for row in rows:
            if row["decided_at"] >= self._own_from() or row["notice"] in mine:
                continue
            await self._clear_doubt(row)

    async def remind(self) -> None:
        """Of calls without a reason, when a shift is over."""
        plant = await asyncio.to_thread(self._figures.plant)
        shifts = calendar.read(plant["calendar"])
        for turn in chasing.over(shifts, self._now_ms()):
            calls = await asyncio.to_thread(self._figures.calls, turn.span)
            for reminder in chasing.due(turn, calls, plant, shifts):
                data = {"notice": reminder.name, "about": "reasons", "role": reminder.role, "channel": reminder.channel}
                if reminder.name not in self._told and await self._first(reminder.name, data):
                    self._start(reminder.channel, [reminder.name], partial(_reminding, reminder))
                self._told.add(reminder.name)

    # Deciding

    def _own_from(self) -> int:
        """What was decided since is of this service, also when the clock was put back since it began."""
        self._began = min(self._began, self._now_ms())
        return self._began

    def _facts(self) -> tuple[dict[str, Any], list[Shelf]]:
        if self._restored_at is None:  # what comes later finds in memory who was told
            self._restored_at = self._figures.restored_at()
        shelves = [Shelf(row["station"], row["category"], row["until"]) for row in self._figures.shelves()]
        return self._figures.plant(), shelves

    def _views(self) -> dict[str, dict[str, Any]]:
        return {view["path"]: view for view in self._board.snapshot()["stations"]}

    async def _decided(self, notice: Notice, now: int) -> Item | None:
        """None when it was told already, by this service or by one before it."""
        token = secrets.token_urlsafe(24) if self._link else ""
        try:
            new = await self._first(notice.name, _data(notice, token, now))
        except DBAPIError:
            # Somebody must still be told that the line stands. Without the log there is no link.
            new, token = True, ""
        self._told.add(notice.name)
        return Item(notice, token) if new else None

    async def _first(self, name: str, data: dict[str, Any]) -> bool:
        decided = PlantEvent("notice.decided", self._now_ms(), BY, data, f"notice/{name}")
        return not (await self._append(decided)).repeated

    async def _leave(self, notice: Notice, now: int) -> None:
        if await self._decided(notice, now):
            await self._record("notice.dropped", [notice.name], why=SETTLED)

    async def _reach_nobody(self, notice: Notice) -> None:
        why = "nobody who has this role now can be reached"
        self._failing[notice.role] = why
        if await self._decided(notice, self._now_ms()):
            log.warning("%s: %s", notice.role, why)
            await self._record("notice.failed", [notice.name], attempts=0, why=why)

    async def _clear_doubt(self, row: dict[str, Any]) -> None:
        view = self._board.station(row["station"]) if row["station"] else None
        is_known = view is not None and view["state"] is not None
        if row["about"] == "call" and not is_known and self._steady_ms() - self._began_steady < UNHEARD_MS:
            return  # its station has yet to say how things are
        call = self._waiting(row["station"], row["call"])
        if call is None:
            why = "the service ended while it was sent, and now nobody waits for it"
            await self._record("notice.dropped", [row["notice"]], why=why)
            return
        token = secrets.token_urlsafe(24) if self._link else ""
        notice = Notice(call, row["level"], row["role"], row["channel"])
        link = {"digest": digest(token), "expires": self._now_ms() + LINK_MS}
        await self._record("notice.resumed", [row["notice"]], **link)
        self._told.add(notice.name)
        self._send(notice.channel, [Item(notice, token)], again=True)

    # Sending

    def _send(self, channel: str, items: Sequence[Item], again: bool) -> None:
        def told() -> Say | None:
            waits = [i for i in items if self._waiting(i.notice.call.station, i.notice.call.call)]
            links = [(i.notice, f"{self._link}/a/{i.token}" if i.token else "") for i in waits]
            if not waits:
                return None
            return Say(pages.of_calls(links, self._views(), self._now_ms(), again), {i.notice.name for i in waits})

        self._start(channel, [item.notice.name for item in items], told)

    def _start(self, channel: str, names: list[str], told: Callable[[], Say | None]) -> None:
        task = asyncio.create_task(self._deliver(channel, names, told))
        self._sending[task] = names
        task.add_done_callback(lambda task: self._sending.pop(task, None))

    async def _deliver(self, channel: str, names: list[str], told: Callable[[], Say | None]) -> None:
        """`told` gives what to say, each time anew; None when there is nothing to say any more."""
        why = ""
        for attempt, pause in enumerate((0.0, *RETRY_S), 1):
            await asyncio.sleep(pause)
            say = told()
            if say is None:
                await self._record("notice.dropped", names, why=GONE)
                return
            async with self._at_once:
                why = await asyncio.to_thread(self._channels.send, channel, *say.message)
            if not why:
                self._failing.pop(channel, None)
                await self._record("notice.sent", [name for name in names if name in say.of], attempts=attempt)
                await self._record("notice.dropped", [name for name in names if name not in say.of], why=GONE)
                return
            self._failing[channel] = why
            log.warning("channel %s, attempt %s: %s", channel, attempt, why)
        await self._record("notice.failed", names, attempts=1 + len(RETRY_S), why=why)

    def _waiting(self, station: str, call: str) -> Call | None:
        """As the station's latest state says, and only while nobody has taken it."""
        view = self._board.station(station)
        found = escalation.waiting([view] if view else [])
        return next((one for one in found if one.call == call and one.phase == CALLED), None)

    async def _record(self, kind: str, names: Sequence[str], **data: Any) -> None:
        """What became of notices; when the database is in trouble, they are in doubt until the next start."""
        for name in names:
            try:
                await self._append(PlantEvent(kind, self._now_ms(), BY, {"notice": name, **data}))
            except DBAPIError as error:
                log.warning("%s of %s could not be recorded: %s", kind, name, error.orig)

    async def _for_ever(self, work: Callable[[], Awaitable[None]], pause: float) -> None:
        while True:
            try:
                await work()
                self._failing.pop(BY, None)
            except DBAPIError as error:
                self._failing[BY] = f"the database cannot be read now: {error.orig}"
            except Exception as error:
                self._failing[BY] = f"a fault: {error!r}"
                log.exception("the notifier has a fault; please report it")
            await asyncio.sleep(pause)


def _reminding(reminder: chasing.Reminder) -> Say:
    return Say(pages.of_reminder(reminder), {reminder.name})


def digest(token: str) -> str:
    """What is kept of a link's token: it is 192 bits of chance, which no list of guesses holds."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest() if token else ""


def _data(notice: Notice, token: str, now: int) -> dict[str, Any]:
    call = notice.call
    return {
        "notice": notice.name, "about": "call", "call": call.call, "station": call.station,
        "category": call.category, "level": notice.level, "role": notice.role, "channel": notice.channel,
        "digest": digest(token), "expires": now + LINK_MS if token else 0,
    }  # fmt: skip
