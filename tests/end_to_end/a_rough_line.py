"""One station with a backlog, its cable, a broker and a recorder, each of which a test may break; and the audit.

What was recorded is read from the database's file, what should be there from the station itself: nothing may be missing
or there twice, and the order of the sequence is the order of what happened.
"""

import asyncio
import contextlib
import copy
import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiomqtt

from pullcord.firmware.compiled import compiled
from pullcord.line import topics
from pullcord.line.service import LineService, wall_ms
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim.bench import StationBench
from pullcord.sim.cable import Cable
from pullcord.sim.process import FLASH_BYTES, VirtualStation
from pullcord.sim.runtime import micropython
from tests.end_to_end.a_broker import Mosquitto
from tests.end_to_end.backlog import fill

ROOT = Path(__file__).parents[2]
APPS = ROOT / "tests/benchmarks/apps"
PATH = "acme/assembly/line-1/st-01"
LIMIT_KB = 600
DEADLINE_S = 60.0
LONGER_THAN_A_FLASH_S = 0.9
BACKLOG_BOOT = 0

Event = dict[str, Any]


class RoughLine:
    """`broker`, `cable`, `station`, `bench` are there to be broken; `service` is None while the recorder is off."""

    def __init__(self, folder: Path, broker: Mosquitto, cable: Cable, bench: StationBench, backlog: int) -> None:
        self.broker = broker
        self.cable = cable
        self.bench = bench
        self.station: VirtualStation = bench.station
        self.database = folder / "line.db"
        self.service: LineService | None = None
        self.recorder_url = broker.url
        self._backlog = backlog
        self._running: asyncio.Task[None] | None = None

    # The recorder

    async def start_recorder(self) -> LineService:
        service = self.service = LineService(self.recorder_url, self.database, ["acme"])
        self._running = asyncio.create_task(service.run())
        await self.until(lambda: service.status["broker"]["connected"], "the recorder is connected")
        return service

    async def stop_recorder(self) -> None:
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        self._running = self.service = None

    # Eyes

    def state(self) -> dict[str, Any]:
        """What the station last said; empty while it is not in touch."""
        view = self.service.board.station(PATH) if self.service else None
        return (view["state"] or {}) if view and view["online"] else {}

    def events(self) -> list[Event]:
        """What the database has of the station, by journal and sequence."""
        if not self.database.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            query = "SELECT body FROM events WHERE source = ? ORDER BY journal, sequence"
            return [json.loads(body) for (body,) in connection.execute(query, ["/" + PATH])]

    def count(self) -> int:
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def calls(self) -> int:
        return sum(event["type"] == "pullcord.andon.called.v1" for event in self.events())

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not condition():
                    await asyncio.sleep(0.005)
        except TimeoutError:
            log = self.station.log_tail()
            raise AssertionError(f"did not come about in {DEADLINE_S:g} s: {what}; {self.state()}\n{log}") from None

    async def flushed(self, count: int) -> None:
        """Wait until so many events are in the database."""
        await self.until(lambda: self.count() >= count, f"{count} events are recorded")

    async def settled(self) -> None:
        """Wait until the station knows that the plant has everything."""

        def all_there() -> bool:
            journal = self.state().get("journal", {})
            return bool(journal) and not (journal["depth"] or journal["failed"]) and self.count() >= self._backlog

        await self.until(all_there, "every event has its receipt")

    def by_journal(self) -> dict[str, list[tuple[int, str]]]:
        """(what the event counts, or -1; its type) in sequence, by journal."""
        found: dict[str, list[tuple[int, str]]] = {}
        for event in self.events():
            found.setdefault(event["id"].split("-")[0], []).append((event["data"].get("count", -1), event["type"]))
        return found

    def gaps(self) -> dict[str, int]:
        """How many events the station says that it gave up, by type."""
        told: Counter[str] = Counter()
        for event in self.events():
            if event["type"] == "pullcord.station.gap.v1":
                told.update(event["data"]["kinds"])
        return dict(told)

    # Hands

    async def renew_flash(self, backlog: int) -> None:
        """Another flash in the same board, with a backlog of its own; it is off then."""
        await self.station.stop()
        (self.station.directory / "flash.img").unlink()
        self.station.forget_flash()
        await fill(self.station, PATH, backlog, LIMIT_KB, wall_ms() - backlog * 60_000)

    @contextlib.asynccontextmanager
    async def another_recorder(self, database: Path) -> AsyncIterator[LineService]:
        service = LineService(self.recorder_url, database, ["acme"])
        running = asyncio.create_task(service.run())
        try:
            yield service
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def call_and_resolve(self) -> None:
        """As people do, with or without a plant: hold the button until the lamp answers, resolve until it is out."""
        yellow = self.bench.config["light"]["pins"]["yellow"]
        await self.bench.move("material", True)
        await self.station.wait_pin(yellow, 1)
        await self.bench.move("material", False)
        await self.bench.press("resolve")
        dark_since = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - dark_since < LONGER_THAN_A_FLASH_S:
            if self.station.pins.get(yellow):
                dark_since = asyncio.get_running_loop().time()
            await asyncio.sleep(0.01)

    # The audit

    def audit(self, calls: int = 0) -> dict[str, Any]:
        """`lost` (event numbers or calls that are not there), `doubled` and `disordered`: all empty when it is well.

        `calls`: how often somebody called, whole.
        """
        found = self.events()
        numbers = [event["data"]["count"] for event in found if event["boot"] == BACKLOG_BOOT]
        copies = Counter(numbers)
        sequences = [int(event["sequence"]) for event in found]
        there = self.calls()
        return {
            "lost": sorted(set(range(self._backlog)) - copies.keys())
            + [f"call {number}" for number in range(there, calls)]
            + [f"sequence {n}" for n in sorted(set(range(1, max(sequences, default=0) + 1)) - set(sequences))],
            "doubled": sorted(number for number, times in copies.items() if times > 1)
            + [f"call {number}" for number in range(calls, there)],
            "disordered": [moment for moments in self._moments(found) for moment in _out_of_order(moments)],
        }

    def _moments(self, found: list[Event]) -> list[list[tuple[int, int]]]:
        """When it happened, by sequence, for each journal: their names are random, so their order means nothing."""
        journals = itertools.groupby(found, key=lambda event: event["id"].split("-")[0])
        return [[(event["boot"], event["uptime"]) for event in events] for _, events in journals]


def _out_of_order(moments: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [moment for moment, after in itertools.pairwise(moments) if moment > after]


NOTHING_WRONG = {"lost": [], "doubled": [], "disordered": []}


@contextlib.asynccontextmanager
async def rough_line(
    folder: Path,
    backlog: int,
    *settings: str,
    users: dict[str, str] | None = None,
    secrets: dict[str, str] | None = None,
    app: str = "main",
    latency_ms: float = 0.0,
    limit_kb: int = LIMIT_KB,
    flash_kb: int = FLASH_BYTES // 1024,
    full: str = "refuse",
) -> AsyncIterator[RoughLine]:
    """Everything is up, and the station off; `settings` are the broker's."""
    running = Mosquitto(folder, *settings, users=users)
    async with running as broker, Cable("127.0.0.1", broker.port, latency_ms) as cable:
        bench = await _made(folder, cable, dict(secrets or {}), app, {"limit_kb": limit_kb, "full": full}, flash_kb)
        line = RoughLine(folder, broker, cable, bench, backlog)
        if users:
            name, password = next(iter(users.items()))
            line.recorder_url = f"mqtt://{name}:{password}@127.0.0.1:{broker.port}"
        if backlog:
            since = wall_ms() - backlog * 60_000
            await fill(line.station, PATH, backlog, limit_kb, since)
        try:
            await line.start_recorder()
            yield line
        finally:
            await line.station.stop()
            await line.stop_recorder()


async def _made(
    folder: Path, cable: Cable, secrets: dict[str, str], app: str, journal: dict[str, Any], flash_kb: int
) -> StationBench:
    boards = board_profiles.load()
    plans = compile_plant(load(ROOT / "docs/examples/plant.yaml", boards), boards)
    plan = next(plan for plan in plans if plan.config["station"] == PATH)
    config = copy.deepcopy(plan.config) | {"journal": journal}
    config.pop("takt", None)  # its overruns call by themselves
    config["link"].update(host="127.0.0.1", port=cable.port, keepalive_s=5)
    runtime = micropython()
    assert runtime, "the mark `micropython` says so"
    station = VirtualStation(
        "st-01",
        folder / "st-01",
        config=config,
        secrets={"wifi_ssid": "virtual", "wifi_password": ""} | secrets,
        runtime=runtime,
        cable=cable,
        inputs={item["pin"]: 1 if item["active"] == "low" else 0 for item in config["inputs"]},
        heap_kib=256,
        flash_bytes=flash_kb * 1024,
        firmware=await asyncio.to_thread(compiled, ROOT / "build/end_to_end/firmware"),
        app=app,
        app_folder=APPS,
    )
    return StationBench(station, config)


async def retained(broker: Mosquitto, kind: str, count: int) -> dict[str, Any]:
    """The first `count` retained messages below the station's topic, by topic."""
    found: dict[str, Any] = {}
    async with asyncio.timeout(DEADLINE_S), aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe(topics.of_station(PATH, kind))
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            found[str(message.topic)] = json.loads(message.payload)
            if len(found) >= count:
                break
    return found
