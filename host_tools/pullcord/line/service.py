"""The line service: the recorder, the wall board and commands, wired together.

service = LineService("mqtt://127.0.0.1:1883", Path("line.db"), sites=["acme"])
running = asyncio.create_task(service.run())
async for message in service.subscribe(): ...
result = await service.command("acme/assembly/line-1/st-04", "acknowledge", call="6f1c9a2e41d07b35-123")
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from pullcord.line.board import BoardState
from pullcord.line.card_states import CardStates
from pullcord.line.channels import Channels
from pullcord.line.commands import ANSWER_S, Commands
from pullcord.line.figures import Figures
from pullcord.line.folding import Folding
from pullcord.line.links import Links
from pullcord.line.log import Appended, PlantEvent
from pullcord.line.log_reader import LogReader
from pullcord.line.notifier import Notifier
from pullcord.line.place import Place
from pullcord.line.plant_in_force import InForce, PlantInForce
from pullcord.line.recorder import Handlers, Recorder
from pullcord.line.rollout import Progress, rollout
from pullcord.line.store import Recorded, Store
from pullcord.line.timers import Timers
from pullcord.line.updates import CardRow, Updates
from pullcord.pull import projections

BEAT_S = 2.0
FOLDED_S = 30.0

Fit = Callable[[str, dict[str, Any]], dict[str, Any] | None]


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class LineService:
    """Runs until cancelled; the rest may be used from the same event loop.

    `broker` is `mqtt://[user:password@]host:port`, `database` a file (made when missing) or a server's (`place`),
    `sites` those that get the time from the start (others are learnt from their stations), `names` what to call
    stations, by path. Which plant file is in force stands in the log, and the stations get what is made of it;
    `fit(path, config)` may change a config for where its station really is, or keep it back (None): virtual stations
    find their broker elsewhere. `channels`: how people are told of calls, with links to the pages at `link`.
    """

    def __init__(
        self,
        broker: str,
        database: Path | str | Place,
        sites: Iterable[str] = (),
        names: dict[str, str] | None = None,
        now_ms: Callable[[], int] = wall_ms,
        fit: Fit | None = None,
        channels: Channels | None = None,
        link: str = "",
    ) -> None:
        self.session = secrets.token_hex(4)
        self.board = BoardState(self.session, names)
        self._now_ms = now_ms
        self._changed = asyncio.Event()
        self.store = Store(database)
        self.recorder = Recorder(broker, self.store, self._handlers(), self.session, sites, now_ms)
        projector = self.store.projector(projections.all_of_them())
        self._folding = Folding(self.store, projector, self.recorder.in_thread)
        self._log = LogReader(self.store.place)
        self.in_force = PlantInForce(self._log, self.take_plant)
        self.fit = fit
        self._commands = Commands(self.recorder.publish, now_ms)
        self._updates = Updates(self.recorder.publish)
        self._figures = Figures(self.store.place)
        self.links = Links(self.board, self._figures, self.append, self.command, now_ms)
        self._notifier = Notifier(
            self.board, self._figures, self.append, channels or Channels({}), link, now_ms, self._folding.is_done
        )
        self._tells = channels is not None
        self._cards = CardStates(self.plant_again)

    async def run(self) -> None:
        """Record, answer, fold and send the time, reconnecting for ever; ends only when cancelled."""
        followed = (self._fold(), self._fire(), self._updates.run(), self._follow_plant(), self._notify())
        works = (self.recorder.run(), *followed)
        tasks = [asyncio.create_task(work) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.recorder.close()
            self._log.close()
            self._figures.close()

    async def _fold(self) -> None:
        await self.recorder.ready.wait()
        await self._folding.run()

    @property
    def status(self) -> dict[str, Any]:
        """See `Recorder.status`; `folded` is `Folding.status`, `notices` `Notifier.status`."""
        return self.recorder.status() | {"folded": self._folding.status(), "notices": self._notifier.status()}

    async def command(
        self,
        path: str,
        do: str,
        call: str | None = None,
        by: str = "",
        reason: str = "",
        answer_s: float = ANSWER_S,
    ) -> dict[str, Any]:
        """Send one command and wait for its answer `{"command", "do", "result", "why"}`: `Commands.send`."""
        return await self._commands.send(path, do, call, by, reason, answer_s)

    def provide(
        self, path: str, config: dict[str, Any] | None = None, cards: Iterable[CardRow] | None = None
    ) -> None:
        """What the station is to run with, a compiled config and card table: it gets what it does not have."""
        self._updates.want(path, config, cards)
        view = self.board.station(path)
        if view and view["online"] and view["state"]:
            self._updates.take_state(self._now_ms(), path, view["state"])

    @property
    def updates_refused(self) -> dict[str, str]:
        """Why a station does not take what it was provided with, by path."""
        return dict(self._updates.problems)

    async def declare(
        self,
        declared: dict[str, Any],
        by: str,
        filed: dict[str, Any] | None = None,
        based_on: int | None = None,
    ) -> int | None:
        """Put a plant file in force: `plant_history.put_in_force`. The stations get what is made of it."""
        await self.recorder.ready.wait()
        work = self.store.declare
        position: int | None = await self.recorder.in_thread(work, declared, self._now_ms(), by, filed, based_on)
        self._folding.wake()
        self.in_force.wake()
        return position

    def plant_again(self) -> None:
        """Provide the stations once more: `fit` has news."""
        if self.in_force.current is not None:
            self.take_plant(self.in_force.current)

    def take_plant(self, in_force: InForce) -> None:
        """Provide every station with what this plant file makes of it."""
        people = in_force.version.plant.people.items()
        self.board.take_people({person.badge: name for name, person in people if person.badge})
        for station in in_force.version.stations:
            config = self.fit(station.path, station.config) if self.fit else station.config
            if config is not None:
                self.provide(station.path, config, self._cards.table(station.cards))

    async def _follow_plant(self) -> None:
        """What was decided about cards is to be known first, or stations would get two tables."""
        await self.recorder.ready.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(FOLDED_S):
                await self._folding.caught_up.wait()
        await self._cards.look(self._figures)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.in_force.run())
            group.create_task(self._cards.run(self._figures))

    def rollout(self) -> list[Progress]:
        """How far the stations are with the plant file in force."""
        return rollout(self.in_force.current, self.board, self._updates)

    async def _fire(self) -> None:
        await self.recorder.ready.wait()
        await Timers(self._figures, self.append, self._now_ms).run()

    async def _notify(self) -> None:
        await self.recorder.ready.wait()
        await (self._notifier.run() if self._tells else asyncio.Event().wait())

    async def append(self, event: PlantEvent) -> Appended:
        """Write a decision into the log. ValueError: it makes no sense."""
        await self.recorder.ready.wait()
        appended: Appended = await self.recorder.in_thread(self.store.append, event, self._now_ms())
        self._folding.wake()
        return appended

    async def subscribe(
        self, last_id: str | None = None, beat_s: float = BEAT_S
    ) -> AsyncIterator[dict[str, Any]]:
        """Messages for one screen: `{"event", "id", "data"}`; `event` is snapshot, station, plant or beat.

        A snapshot first, unless `last_id` (the id of the last message seen) is still of this session.
        `station` has one station's whole view, `plant` the status; a slow reader gets the latest views, never
        a growing queue. A `beat` (`{"unix_ms"}`) comes when nothing else did for `beat_s`, so that a screen
        can tell old from quiet.
        """
        seen = last_id
        while True:
            changed = self._changed
            deltas = self.board.since(seen) if seen else None
            if deltas is None:
                snapshot = self.board.snapshot()
                deltas = [{"id": snapshot["id"], "snapshot": snapshot}]
            for delta in deltas:
                seen = delta["id"]
                yield _message(delta)
            try:
                async with asyncio.timeout(beat_s):
                    await changed.wait()
            except TimeoutError:
                yield {"event": "beat", "id": seen, "data": {"unix_ms": self._now_ms()}}

    def _handlers(self) -> Handlers:
        return Handlers(
            state=self._on_state,
            online=self._on_online,
            problem=self._on_problem,
            answer=lambda data: self._commands.take_answer(data),
            recorded=self._on_recorded,
            quarantined=self._on_quarantined,
            status=self._on_status,
        )

    def _on_state(self, path: str, state: dict[str, Any], retained: bool) -> None:
        self.board.take_state(self._now_ms(), path, state, retained)
        if not retained:
            self._updates.take_state(self._now_ms(), path, state)
        self._tell()

    def _on_online(self, path: str, online: dict[str, Any], retained: bool) -> None:
        self.board.take_online(self._now_ms(), path, online, retained)
        self._tell()

    def _on_problem(self, path: str, problem: str) -> None:
        self.board.take_problem(path, problem)
        self._tell()

    def _on_recorded(self, recorded: list[Recorded]) -> None:
        for row in recorded:
            self.board.take_event(row.path, row.event, row.true_time)
        self._folding.wake()
        self._tell()

    def _on_quarantined(self, path: str) -> None:
        self.board.take_quarantined(path)
        self._tell()

    def _on_status(self, status: dict[str, Any]) -> None:
        self.board.take_plant(status)
        self._tell()

    def _tell(self) -> None:
        """Wake every subscriber; each waits for the event that was current when it last looked."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


@asynccontextmanager
async def recording(service: LineService) -> AsyncIterator[asyncio.Task[None]]:
    """Run it until the block ends; the task ends before only by an error."""
    task = asyncio.create_task(service.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _message(delta: dict[str, Any]) -> dict[str, Any]:
    kind = next(key for key in ("snapshot", "station", "plant") if key in delta)
    return {"event": kind, "id": delta["id"], "data": delta[kind]}
