"""How soon a pull is answered by the lamp, and by the record."""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from pullcord.sim.process import ERASE_MS
from pullcord.sim.stimuli import percentiles
from tests.benchmarks._cuts import KINDS
from tests.benchmarks._station import Observed, plant_side, station

STATIONS = 6
PRESSES = 36  # a station, in each of the two situations
BUTTON = "help"  # its call stops nothing, and is the only one here that lights this lamp
LAMP = "yellow"
TAKT = {"takt_s": 60, "overrun_percent": 20, "calls": ""}  # the example's calls by itself when nobody works
HOLD_S = (0.06, 0.2)
PAUSE_S = (0.4, 1.2)
CYCLE_S = (2.0, 4.0)
ANSWER_S = 3.0
LOOK_S = 0.002
SETTLED_S = 11.0  # a session that lived so long starts the next wait to reconnect from the shortest
BACK_S = 60.0

HOW = (
    f"{STATIONS} stations on {{runtime}} (the fullest of the example plant, its firmware as .mpy files, {ERASE_MS} "
    f"ms a flash erase), Mosquitto and the line service on this machine. {PRESSES} presses a station in each "
    "situation, with contact bounce, at random moments; counted from the last bounce edge plus the input's "
    "stable_ms, on the host's clock, to the host seeing the lamp's pin, and to a reader of the database seeing "
    "the row. Connected: each station publishes about two events a second (the call, its three answers, cycles). "
    "Cut off: a third of the presses each with the plug pulled, with connections refused, and with connections "
    "that nobody answers; the stations go on trying, and every press was in the database at the end. "
    "press_to_lamp_ms: both together."
)


class Hand:
    """Presses one station's buttons. `lamp` and `due`: seconds beyond the debounce time, and when that was over."""

    def __init__(self, seen: Observed, seed: int) -> None:
        self.seen = seen
        self.lamp: list[float] = []
        self.due: list[float] = []
        self._random = random.Random(seed)
        self._inputs = {item["name"]: item for item in seen.bench.config["inputs"]}
        self._lamp_pin = seen.bench.config["light"]["pins"][LAMP]

    async def presses(self, count: int) -> None:
        for _ in range(count):
            await self._call()
            await self._pause(PAUSE_S)
            await self._press("resolve")
            await self._pause(PAUSE_S)

    async def cycles(self) -> None:
        """For ever: events that have nothing to do with the lamp."""
        while True:
            await self._press("cycle")
            await self._pause(CYCLE_S)

    async def _call(self) -> None:
        item, process = self._inputs[BUTTON], self.seen.station
        if process.pins.get(self._lamp_pin):
            raise RuntimeError(f"{self.seen.path}: {LAMP} is lit before the press")
        lit = asyncio.ensure_future(process.wait_pin(self._lamp_pin, 1, ANSWER_S))
        bounce = await process.bounce(item["pin"], 0)
        due = bounce.last + item["stable_ms"] / 1000
        self.lamp.append(await lit - due)
        self.due.append(due)
        await self._pause(HOLD_S)
        await process.bounce(item["pin"], 1)

    async def _press(self, name: str) -> None:
        await self.seen.station.press(self._inputs[name]["pin"], hold_ms=60)

    async def _pause(self, span: tuple[float, float]) -> None:
        await asyncio.sleep(self._random.uniform(*span))


class Reader:
    """Looks at the recorder's database from outside: `rows[source]` are the moments at which its calls were seen."""

    def __init__(self, database: Path) -> None:
        self.rows: dict[str, list[float]] = defaultdict(list)
        self._database = database

    async def run(self) -> None:
        seen = 0
        new = "SELECT position, source, type FROM events WHERE position > ? ORDER BY position"
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            while True:
                for position, source, type in connection.execute(new, [seen]).fetchall():
                    seen = position
                    if type == "pullcord.andon.called.v1":
                        self.rows[source.lstrip("/")].append(time.monotonic())
                await asyncio.sleep(LOOK_S)


def run() -> dict[str, Any]:
    return asyncio.run(_measure())


async def _measure() -> dict[str, Any]:
    async with plant_side() as plant, contextlib.AsyncExitStack() as stack:
        stations = [await stack.enter_async_context(station(plant, name=f"st-{n}", takt=TAKT)) for n in range(STATIONS)]
        hands = [Hand(seen, seed) for seed, seen in enumerate(stations)]
        reader = Reader(plant.database)
        async with beside(reader.run()):
            await _connected(hands)
            connected, records = _flat(hand.lamp for hand in hands), _records(hands, reader)
            for hand in hands:
                hand.lamp.clear()
            await _cut_off(hands)
            _records(hands, reader)  # raises when one is missing
        cut_off, runtime = _flat(hand.lamp for hand in hands), str(stations[0].station.runtime)
    figures = {
        "press_to_lamp_ms": percentiles(connected + cut_off),
        "press_to_lamp_connected_ms": percentiles(connected),
        "press_to_lamp_cut_off_ms": percentiles(cut_off),
        "slowest_lamp_ms": round(1000 * max(connected + cut_off), 1),
        "press_to_record_ms": percentiles(records),
        "presses": len(connected) + len(cut_off),
    }
    return {"figures": figures, "how": HOW.format(runtime=runtime)}


async def _connected(hands: list[Hand]) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for hand in hands:
            await stack.enter_async_context(beside(hand.cycles()))
        await asyncio.gather(*(hand.presses(PRESSES) for hand in hands))
    await _all_receipted(hands)


async def _cut_off(hands: list[Hand]) -> None:
    for cut in KINDS:
        await asyncio.sleep(SETTLED_S)
        async with contextlib.AsyncExitStack() as stack:
            for hand in hands:
                assert hand.seen.station.cable
                await stack.enter_async_context(cut(hand.seen.station.cable))
            await asyncio.gather(*(hand.presses(PRESSES // len(KINDS)) for hand in hands))
        await _all_receipted(hands)


async def _all_receipted(hands: list[Hand]) -> None:
    await asyncio.gather(*(hand.seen.receipted(BACK_S) for hand in hands))


def _records(hands: list[Hand], reader: Reader) -> list[float]:
    """Seconds from the end of the debounce time to the row, of each press; RuntimeError when a row is missing."""
    seconds = []
    for hand in hands:
        rows = reader.rows[hand.seen.path]
        if len(rows) != len(hand.due):
            raise RuntimeError(f"{hand.seen.path}: {len(hand.due)} presses, {len(rows)} calls in the database")
        seconds += [row - due for row, due in zip(rows, hand.due, strict=True)]
    return seconds


def _flat(lists: Iterable[list[float]]) -> list[float]:
    return [value for values in lists for value in values]


@contextlib.asynccontextmanager
async def beside(work: Any) -> AsyncIterator[None]:
    """Run `work` during the block; what it raises comes out at the end of it."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
