"""How fast a backlog reaches the database: until the receipt for its last event."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiomqtt

from pullcord.line import topics
from pullcord.line.service import wall_ms
from pullcord.sim.runtime import Runtime
from tests.benchmarks._station import PlantSide, a_board_like_runtime, backlogged, plant_side

HERE = Path(__file__).parent
BACKLOG = 2_000
FAR = 600  # events through the long way, where a window of one takes its time
COMMON = 200
ROUND_TRIP_MS = 20
LONG = 5_000  # a backlog during which somebody calls
LONG_KB = 2_000
LIMIT_KB = 720  # 2,000 of these events are longer than the 250 bytes that the default is made for
COMMON_PATH = "acme/assembly/line-1/common"
COMMON_JOURNAL = "c0110000c0110000"
DEADLINE_S = 90.0

HOW = (
    "Station on {runtime}, its firmware as .mpy files, with a backlog of cycle events (about 330 bytes each) in its "
    "journal on littlefs; Mosquitto and the line service (SQLite, a commit is on the disk) on this machine. Counted at "
    "a third client of the broker, from the station's /online to the retained receipt for the backlog's last event. "
    f"loopback: {BACKLOG} events, straight to the broker. common way: {COMMON} events by tests/benchmarks/"
    "_common_client.py on the same MicroPython, broker and recorder: one QoS 1 publish at a time, small separate "
    f"writes, messages made beforehand. window_ratio: {FAR} events each through a proxy with {ROUND_TRIP_MS} ms of "
    "round trip, window 16 against window 1. call_on_board_ms: from the hand at a cord (bounces and 20 ms of debounce "
    f"included) to the call in the line service's view of the board, while {LONG} events go out through that proxy; "
    "recorded_before_call_on_board: of them by then."
)


def run() -> dict[str, Any]:
    runtime = a_board_like_runtime()
    figures = asyncio.run(_measure(runtime))
    return {"figures": figures, "how": HOW.format(runtime=runtime)}


async def _measure(runtime: Runtime) -> dict[str, float]:
    async with plant_side() as plant:
        async with asyncio.timeout(DEADLINE_S):
            while not plant.service.status["broker"]["connected"]:
                await asyncio.sleep(0.01)  # the common way sends nothing again
        common = await _common_way(plant, runtime)
        near = await _flush(plant, BACKLOG, "st-near")
        wide = await _flush(plant, FAR, "st-wide", ROUND_TRIP_MS, linked=False)
        on_board_s, recorded = await _call_meanwhile(plant)
        narrow = await _flush(plant, FAR, "st-narrow", ROUND_TRIP_MS, linked=False, app="narrow")
    return {
        "loopback_events_per_s": round(near, 1),
        "common_way_events_per_s": round(common, 1),
        "ratio": round(near / common, 1),
        "window_16_events_per_s": round(wide, 1),
        "window_1_events_per_s": round(narrow, 1),
        "window_ratio": round(wide / narrow, 2),
        "call_on_board_ms": round(on_board_s * 1000),
        "recorded_before_call_on_board": recorded,
    }


async def _flush(plant: PlantSide, count: int, name: str, round_trip_ms: float = 0, **more: Any) -> float:
    """Events a second of a station's backlog."""
    async with backlogged(plant, count, name, LIMIT_KB, round_trip_ms, **more) as seen:
        async with _watching(plant, seen.path) as stopwatch:
            await seen.station.start()
            return await stopwatch.events_per_s(count)


async def _call_meanwhile(plant: PlantSide) -> tuple[float, int]:
    """Seconds from a pull during a long flush to the call on the board, and how many events were recorded by then."""
    async with backlogged(plant, LONG, "st-call", LONG_KB, ROUND_TRIP_MS) as seen:
        before = plant.service.status["recorded"]
        await seen.station.start()
        while plant.service.status["recorded"] < before + LONG // 20:
            await asyncio.sleep(0.01)
        pulled = time.monotonic()
        await seen.bench.move("cord-1", True)
        await seen.until(lambda state: bool(state["calls"]))
        return time.monotonic() - pulled, plant.service.status["recorded"] - before


async def _common_way(plant: PlantSide, runtime: Runtime) -> float:
    file = plant.folder / "common.txt"
    now = wall_ms()
    file.write_text("".join(_event(number, now) + "\n" for number in range(1, COMMON + 1)))
    arguments = {
        "port": urlsplit(plant.broker).port,
        "topic": topics.of_station(COMMON_PATH, "event"),
        "online": topics.of_station(COMMON_PATH, "online"),
        "events": str(file),
    }
    async with _watching(plant, COMMON_PATH) as stopwatch:
        process = await runtime.start(HERE / "_common_client.py", arguments, heap_kib=1024)
        try:
            rate = await stopwatch.events_per_s(COMMON)
            said, _ = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    if process.returncode:
        raise RuntimeError(f"the common client ended with {process.returncode}: {said.decode()}")
    return rate


def _event(number: int, now: int) -> str:
    """As large as one of the station's."""
    data = {"cycle_ms": 59_000 + number, "takt_ms": 60_000, "count": number, "ahead_ms": -number}
    event = {
        "specversion": "1.0",
        "id": f"{COMMON_JOURNAL}-{number}",
        "source": f"/{COMMON_PATH}",
        "type": "pullcord.cycle.completed.v1",
        "sequence": f"{number:010d}",
        "clock": "holdover",
        "boot": 0,
        "uptime": number * 60_000,
        "data": data,
        "time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now // 1000 + number)),
    }
    return json.dumps(event, separators=(",", ":"))


class _Stopwatch:
    """Watches one station's topics as a client of its own."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client

    async def events_per_s(self, count: int) -> float:
        """From the first `/online` to the receipt for `count`. TimeoutError: it did not come."""
        began = 0.0
        async with asyncio.timeout(DEADLINE_S):
            async for message in self._client.messages:
                said = json.loads(message.payload) if isinstance(message.payload, bytes) else {}
                if said.get("online") and not began:
                    began = time.monotonic()
                if began and said.get("through", 0) >= count:
                    return count / (time.monotonic() - began)
        raise RuntimeError("the broker ended the connection")


@contextlib.asynccontextmanager
async def _watching(plant: PlantSide, path: str) -> AsyncIterator[_Stopwatch]:
    where = urlsplit(plant.broker)
    async with aiomqtt.Client(where.hostname or "", where.port or 0) as client:
        for kind in ("online", "receipt/+"):
            await client.subscribe(topics.of_station(path, kind), qos=1)
        yield _Stopwatch(client)
