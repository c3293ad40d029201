"""How many events a second the line service takes from a burst over 200 stations, folded and receipted."""

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert

from pullcord.line.broker import find_mosquitto, free_port, mosquitto
from pullcord.line.recorder import Recorder
from pullcord.line.service import wall_ms
from pullcord.line.store import Store
from pullcord.line.tables import events
from tests import postgresql
from tests.benchmarks._bare import SILENT, BareStore
from tests.benchmarks._burst import CARDS, Station
from tests.benchmarks._station import PlantSide, plant_side
from tests.host_tools.line.databases import Where, in_files, in_schemas

STATIONS, EVENTS = 200, 50
COUNT = STATIONS * EVENTS
DEADLINE_S = 110.0

HOW = (
    f"{STATIONS} stations, {EVENTS} events each (7 of 10 cycles, 2 taps, calls that are cancelled), sent by a process "
    "of its own over one connection with QoS 1, each station no more than 32 beyond its receipt. Mosquitto, the "
    "generator, the line service and PostgreSQL share this machine. Every event is checked against its schema, "
    "committed durably (SQLite: WAL, synchronous=FULL; PostgreSQL: synchronous_commit, fsync), receipted, and folded. "
    "events_per_s: all of them, from the first publish until the last receipt is back at the generator and the last "
    "event is folded. bare_per_s: the same burst by the same broker and generator into the same tables, in durable "
    "batches, with receipts, but without our rules: no schema, no duplicates, no order, no fold; the rows are made "
    "beforehand. raw_insert_ratio: the first against the second, in the same run; at the top for SQLite. "
    "inserts_alone_per_s: the same rows in batches of the same sizes and nothing else, no broker, no receipt; "
    "inserts_alone_ratio against that. batch: events in one commit, on average."
)


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pullcord-ingest-") as folder:
        figures = {"sqlite": asyncio.run(_measure(in_files(Path(folder))))}
    with postgresql.cluster() as server:
        figures["postgresql"] = asyncio.run(_measure(in_schemas(server)))
    return {"figures": {**figures, "raw_insert_ratio": figures["sqlite"]["raw_insert_ratio"]}, "how": HOW}


async def _measure(new: Callable[[], Where]) -> dict[str, float]:
    async with plant_side(kept=str(new())) as plant:
        async with asyncio.timeout(DEADLINE_S):
            while not plant.service.status["broker"]["connected"]:
                await asyncio.sleep(0.01)
            await plant.service.recorder.in_thread(plant.service.store.declare, _plant(), 1)
            await _until_folded(plant, 1)
            batches = _count_batches(plant.service.store)
            told = await _burst(plant.broker)
            receipted_s = told["ended"] - told["began"]
            folded_s = await _until_folded(plant, 1 + COUNT) - told["began"]
    seconds = max(receipted_s, folded_s)
    bare_s = await _bare(new())
    alone_s = await asyncio.to_thread(_alone, new(), batches)
    return {
        "events_per_s": round(COUNT / seconds),
        "receipted_per_s": round(COUNT / receipted_s),
        "bare_per_s": round(COUNT / bare_s),
        "raw_insert_ratio": round(bare_s / seconds, 3),
        "inserts_alone_per_s": round(COUNT / alone_s),
        "inserts_alone_ratio": round(alone_s / seconds, 3),
        "batch": round(COUNT / len(batches)),
    }


async def _burst(broker: str) -> dict[str, float]:
    where = urlsplit(broker)
    arguments = [where.hostname, where.port, STATIONS, EVENTS]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks._burst", *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the generator ended early; what it said stands above")
    return dict(json.loads(out))


async def _until_folded(plant: PlantSide, position: int) -> float:
    while True:
        folded = plant.service.status["folded"]
        if folded["trouble"]:
            raise RuntimeError(f"a projection stands still: {folded['trouble']}")
        if folded["position"] >= position:
            return time.monotonic()
        await asyncio.sleep(0.01)


def _count_batches(store: Store) -> list[int]:
    """The sizes of the commits from now on."""
    sizes: list[int] = []
    commit = store.commit

    def counted(arrivals: Any) -> Any:
        sizes.append(len(arrivals))
        return commit(arrivals)

    store.commit = counted
    return sizes


def _payloads() -> list[bytes]:
    return [payload for number in range(STATIONS) for payload in Station(number, EVENTS).events]


async def _bare(where: Where) -> float:
    """Seconds for the same burst, without our rules."""
    program = find_mosquitto()
    assert program is not None
    async with mosquitto(program, free_port()) as broker:
        store = BareStore(where)
        store.prepare(_payloads())
        recorder = Recorder(broker.url, store, SILENT, "bare", ["acme"], wall_ms)
        running = asyncio.create_task(recorder.run())
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not recorder.status()["broker"]["connected"]:
                    await asyncio.sleep(0.01)
                told = await _burst(broker.url)
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            await recorder.close()
    return told["ended"] - told["began"]


def _alone(where: Where, batches: list[int]) -> float:
    """Seconds for the same rows, in a new database of the same kind, and nothing else."""
    store = BareStore(where)
    store.open()
    store.prepare(_payloads())
    rows = [row | {"position": position} for position, row in enumerate(store._rows.values(), 1)]
    began, first = time.monotonic(), 0
    for size in batches:
        with store._engine.begin() as connection:
            connection.execute(insert(events), rows[first : first + size])
        first += size
    seconds = time.monotonic() - began
    store.close()
    return seconds


def _plant() -> dict[str, Any]:
    """A loop for each station, whose cards go round there."""
    loops = {}
    for number in range(STATIONS):
        station = Station(number, 0)
        cards = [f"04{number + 1:08x}{card:04x}" for card in range(CARDS)]
        loops[f"loop-{station.journal[-3:]}"] = {
            "kind": "withdrawal", "item": "part", "consumer": station.path, "supplier": "store", "quantity": 10,
            "batch": None, "reorder_point": None, "releases": None, "ships": False, "safety": "0.1", "cards": cards,
        }  # fmt: skip
    return {"hash": "ingest", "plant": {"loops": loops}}
