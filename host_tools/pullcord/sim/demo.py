"""A working line on this machine: broker, line service, virtual stations, and the pages. What `pullcord run` runs."""

import asyncio
import contextlib
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pullcord.line.broker import open_broker
from pullcord.line.service import LineService
from pullcord.sim.runtime import Runtime
from pullcord.sim.scenario import MARK_S, Scenario
from pullcord.sim.stimuli import lost_and_doubled, percentiles
from pullcord.sim.virtual_line import StationPlan, VirtualLine
from pullcord.sim.watcher import BoardWatcher
from pullcord.web.app import make_app
from pullcord.web.server import make_server

UP_S = 30.0
SETTLE_S = 20.0

Say = Callable[[str], None]


class DemoFailed(Exception):
    """The line did not come up; the text says what did not and what to do."""


@dataclass
class Demo:
    """A running line. `url` is the board."""

    line: VirtualLine
    service: LineService
    url: str
    broker: str
    database: Path
    failures: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def running(
    plans: Sequence[StationPlan], directory: Path, runtime: Runtime, port: int, say: Say
) -> AsyncIterator[Demo]:
    """Bring everything up in order, and down again when the block ends. `directory` keeps the flash and the database.

    $BROKER names an existing broker. `port` 0 takes a free one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sites = sorted({plan.config["station"].split("/")[0] for plan in plans})
    async with open_broker(os.environ.get("BROKER", "")) as broker:
        say(f"Broker: {broker.name}")
        line = VirtualLine(plans, directory, broker.url, runtime)
        database = directory / "line.db"
        service = LineService(broker.url, database, sites)
        recording = asyncio.create_task(service.run())
        try:
            say(f"Stations: {len(plans)}, each a process on {runtime}")
            async with line:
                async with pages(service, line, port) as url:
                    yield Demo(line, service, url, broker.name, database)
        finally:
            recording.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await recording


@contextlib.asynccontextmanager
async def pages(service: LineService, line: VirtualLine, port: int) -> AsyncIterator[str]:
    """The pages on loopback; yields the board's address."""
    server = make_server(make_app(service, line.bench), port)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    serving = asyncio.create_task(server.serve())
    end = time.monotonic() + UP_S
    while not server.started:
        if serving.done() or time.monotonic() > end:
            raise DemoFailed(f"The page could not be served on port {port}: is another program there? Try --port 0.")
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        await serving


def with_short_mark(plan: StationPlan) -> StationPlan:
    """The scenario does not have 20 s to wait for a mark."""
    config = json.loads(json.dumps(plan.config))
    if (config["andon"].get("mark") or {}).get("from") == "delay":
        config["andon"]["mark"]["delay_s"] = MARK_S
    return StationPlan(config, plan.cards, plan.labels)


async def play(demo: Demo, seconds: float) -> dict[str, Any]:
    """The scenario, then the report once every station's journal is receipted."""
    scenario = Scenario(demo.line.stations, demo.service)
    watcher = BoardWatcher(demo.url + "api/stream", scenario.stimuli)
    watching = asyncio.create_task(watcher.run())
    try:
        await until_heard(demo)
        await scenario.play(seconds)
        await until_settled(demo)
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await watching
    demo.failures += scenario.failures
    return report(demo, scenario)


async def until_heard(demo: Demo) -> None:
    await _until(lambda: all(_state(demo, path) for path in demo.line.stations), UP_S, "every station is on the board")


async def until_settled(demo: Demo) -> None:
    def settled() -> bool:
        states = [_state(demo, path) for path in demo.line.stations]
        return all(state and state["journal"]["depth"] == 0 for state in states)

    try:
        await _until(settled, SETTLE_S, "every journal is receipted")
    except DemoFailed as failed:
        demo.failures.append(str(failed))


def report(demo: Demo, scenario: Scenario) -> dict[str, Any]:
    """See docs/contributors/testing.md for how each figure is found."""
    events = recorded(demo.database)
    lost, doubled = lost_and_doubled(scenario.stimuli, events)
    types = [event["type"] for event in events]
    contacts = [s for s in scenario.stimuli if s.confirmed_at and s.key.type in ("andon.called", "kanban.tapped")]
    boards = [s.on_board_at - s.at for s in scenario.stimuli if s.on_board_at and s.connected]
    states = [_state(demo, path) or {} for path in demo.line.stations]
    return {
        "runtime": str(demo.line.runtime),
        "broker": demo.broker,
        "stations": len(demo.line.stations),
        "stimuli": len(scenario.stimuli),
        "unconfirmed": [list(s.key) for s in scenario.stimuli if s.confirmed_at is None],
        "events_sent": sum(state["journal"]["next"] - 1 for state in states if state),
        "events_recorded": len(events),
        "lost": lost,
        "duplicates": doubled,
        "calls": types.count("pullcord.andon.called.v1"),
        "stops": types.count("pullcord.andon.stopped.v1"),
        "signals": types.count("pullcord.kanban.tapped.v1"),
        "press_to_lamp_ms": percentiles(s.confirmed_at - s.at for s in contacts if s.confirmed_at),
        "press_to_board_ms": percentiles(boards),
        "failures": demo.failures,
    }


def recorded(database: Path) -> list[dict[str, Any]]:
    """The bodies of all recorded events, read from the file itself."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [json.loads(body) for (body,) in connection.execute("SELECT body FROM events ORDER BY position")]


def _state(demo: Demo, path: str) -> dict[str, Any] | None:
    view = demo.service.board.station(path)
    return view["state"] if view and view["online"] else None


async def _until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise DemoFailed(f"Waited {seconds:g} s in vain: {what}.")
        await asyncio.sleep(0.05)
