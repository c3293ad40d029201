"""A working line on this machine, for `pullcord run`: broker, line service, virtual stations, pages."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt

from pullcord.line import address
from pullcord.line.broker import Broker, BrokerFailed, open_broker
from pullcord.line.service import LineService, recording, wall_ms
from pullcord.line.store import Store
from pullcord.plant.version import Version
from pullcord.sim.bench import StationBench
from pullcord.sim.claim import claim
from pullcord.sim.report import newest, report
from pullcord.sim.runtime import Runtime
from pullcord.sim.scenario import Scenario
from pullcord.sim.virtual_line import StationPlan, VirtualLine
from pullcord.sim.watcher import BoardWatcher
from pullcord.web.app import make_app
from pullcord.web.server import serving, take_port

EMBEDDED = "embedded"
UP_S = 30.0
SETTLE_S = 20.0
BROKER_S = 5.0

Say = Callable[[str], None]


class DemoFailed(Exception):
    """The line did not do what it should; the text says what."""


@dataclass(frozen=True)
class Demo:
    """A running line. `url` is the board; `recording`, the line service's task, ends only by an error."""

    line: VirtualLine
    service: LineService
    recording: asyncio.Task[None]
    url: str
    broker: Broker
    database: Path

    def state(self, path: str) -> dict[str, Any] | None:
        """What the station last said of itself, while it is in touch."""
        view = self.service.board.station(path)
        return view["state"] if view and view["online"] else None

    def waiting(self) -> dict[str, StationBench]:
        """The stations whose line waits for somebody to press restart, by path."""
        states = {path: self.state(path) for path in self.line.stations}
        return {
            path: self.line.stations[path]
            for path, state in states.items()
            if state and state["line"]["state"] == "waiting"
        }

    async def until_heard(self) -> None:
        """Wait until every station is on the board. DemoFailed when one is not."""
        await self._until(lambda path: self.state(path) is not None, UP_S, "the board has not heard of")

    async def until_receipted(self) -> None:
        """Wait until the plant has all that the stations recorded. DemoFailed when it has not.

        A state in which nothing waits may be older than the last events that the plant has: then a newer one comes.
        """

        def receipted(path: str) -> bool:
            state = self.state(path)
            if state is None or state["journal"]["depth"]:
                return False
            return state["journal"]["next"] > newest(self.database, state["journal"]["name"])

        await self._until(receipted, SETTLE_S, "the plant has not receipted all events of")

    async def _until(self, condition: Callable[[str], bool], seconds: float, otherwise: str) -> None:
        end = time.monotonic() + seconds
        while missing := [path for path in self.line.stations if not condition(path)]:
            if self.recording.done():
                self.recording.result()
            if time.monotonic() > end:
                bench = self.line.stations[missing[0]]
                raise DemoFailed(
                    f"after {seconds:g} s {otherwise} {', '.join(missing)}. The end of the first one's log:\n"
                    f"{bench.station.log_tail()}"
                )
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def running(
    plans: Sequence[StationPlan],
    directory: Path,
    runtime: Runtime,
    port: int,
    say: Say,
    broker: str = "",
    fresh: bool = False,
    plant: Version | None = None,
) -> AsyncIterator[Demo]:
    """Bring everything up in order, and down again when the block ends.

    `directory` keeps the flash images and the database; `fresh` forgets what is there. `broker` is the URL of
    one that is there, "embedded", or "": Mosquitto when installed. `port` 0 takes a free one for the pages.
    `plant` is the plant file that is put in force.
    Raises Claimed, PortTaken, BrokerFailed, StationFailed, CompileFailed, DatabaseUnusable.
    """
    with claim(directory), take_port(port) as listening:
        _make(directory, fresh)
        async with _broker(broker) as opened:
            say(f"Broker: {opened.name}")
            say(f"Stations: {len(plans)}, each a process on {runtime}")
            database = directory / "line.db"
            if plant is not None:
                await asyncio.to_thread(_put_in_force, database, plant)
            virtual = VirtualLine(plans, directory, opened.url, runtime)
            sites = sorted({plan.config["station"].split("/")[0] for plan in plans})
            service = LineService(opened.url, database, sites, fit=virtual.fit)
            async with recording(service) as task:
                async with virtual as line:
                    service.plant_again()
                    async with serving(make_app(service, line.bench), listening) as url:
                        yield Demo(line, service, task, url, opened, database)


async def play(demo: Demo, seconds: float) -> dict[str, Any]:
    """The scenario, then the report of what was observed."""
    scenario = await perform(demo, seconds)
    return report(demo.line, demo.database, demo.broker.name, scenario, demo.state)


async def perform(demo: Demo, seconds: float) -> Scenario:
    """Play the scenario, and wait until the plant has every station's events. What went wrong is in it."""
    scenario = Scenario(demo.line.stations, demo.service)
    watcher = BoardWatcher(demo.url + "api/stream", scenario.stimuli)
    await demo.until_heard()
    watching = asyncio.create_task(watcher.run())
    try:
        await scenario.play(seconds)
        await demo.until_receipted()
    except DemoFailed as failed:
        scenario.failures.append(str(failed))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    if not watching.cancelled():
        scenario.failures.append(f"the stream of the board ended: {watching.exception()}")
    return scenario


async def begin_shift(demo: Demo) -> list[str]:
    """Press restart where a line waits for it: after power-on a permit stays off until somebody does.

    Returns the paths of the stations where a hand did.
    """
    await demo.until_heard()
    pressed = []
    for path, bench in demo.waiting().items():
        button = bench.input_that("restart")
        if button:
            await bench.press(button)
            pressed.append(path)
    return pressed


def _make(directory: Path, fresh: bool) -> None:
    if fresh:
        shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(exist_ok=True)


@contextlib.asynccontextmanager
async def _broker(wanted: str) -> AsyncIterator[Broker]:
    """One that is there must answer now, before other lines stand above what is said of it."""
    if wanted == EMBEDDED:
        async with open_broker(embedded=True) as broker:
            yield broker
        return
    if wanted:
        await _must_answer(wanted)
    async with open_broker(wanted) as broker:
        yield broker


async def _must_answer(url: str) -> None:
    try:
        where = address.read(url)
    except ValueError as error:
        raise BrokerFailed(f"BROKER is not an address: {error}") from error
    client = aiomqtt.Client(
        where.host,
        where.port,
        username=where.username,
        password=where.password,
        tls_params=aiomqtt.TLSParameters(ca_certs=where.ca) if where.tls else None,
        timeout=BROKER_S,
    )
    try:
        async with asyncio.timeout(BROKER_S), client:
            return
    except (aiomqtt.MqttError, OSError) as error:
        why = str(error) or f"no answer in {BROKER_S:g} s"
        raise BrokerFailed(
            f"the broker at {where.shown} (BROKER) does not take us: {why}. Start it or correct the address; "
            "without BROKER a broker of our own is started."
        ) from error


def _put_in_force(database: Path, plant: Version) -> None:
    """DatabaseUnusable."""
    store = Store(database)
    try:
        store.open()
        store.declare(plant.declared, wall_ms(), filed=plant.filed)
    finally:
        store.close()
