"""How many events a second the line service takes from a burst over 200 stations, folded and receipted."""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select

from pullcord.line.store import Store
from pullcord.line.tables import events
from tests.benchmarks._burst import CARDS, Station
from tests.benchmarks._station import PlantSide, plant_side

STATIONS, EVENTS = 200, 50
DEADLINE_S = 110.0

HOW = (
    f"{STATIONS} stations, {EVENTS} events each (7 of 10 cycles, 2 taps, calls that are cancelled), sent by a process "
    "of its own over one connection with QoS 1, each station no more than 32 beyond its receipt. Mosquitto, the "
    "generator and the line service share this machine. Every event is checked against its schema, committed (SQLite, "
    "WAL, synchronous=FULL), receipted, and folded into calls, cycles and loops. events_per_s: all of them, from the "
    "first publish until the last receipt is back at the generator and the last event is folded. raw_insert_ratio: "
    "against the same rows into the same tables and indexes of a new database, in batches of the same sizes, without "
    "broker, schema, receipt or fold, in the same run. batch: events in one commit, on average."
)


def run() -> dict[str, Any]:
    return {"figures": {"sqlite": asyncio.run(_measure())}, "how": HOW}


async def _measure() -> dict[str, float]:
    async with plant_side() as plant:
        async with asyncio.timeout(DEADLINE_S):
            while not plant.service.status["broker"]["connected"]:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(plant.service.store.declare, _plant(), 1)
            batches = _count_batches(plant.service.store)
            told = await _burst(plant)
            receipted_s = told["ended"] - told["began"]
            folded_s = await _until_folded(plant) - told["began"]
        seconds = max(receipted_s, folded_s)
        raw_s = await asyncio.to_thread(_raw, plant.service.store, batches)
    count = STATIONS * EVENTS
    return {
        "events_per_s": round(count / seconds),
        "receipted_per_s": round(count / receipted_s),
        "raw_inserts_per_s": round(count / raw_s),
        "raw_insert_ratio": round(raw_s / seconds, 3),
        "batch": round(count / len(batches)),
    }


async def _burst(plant: PlantSide) -> dict[str, float]:
    where = urlsplit(plant.broker)
    arguments = [where.hostname, where.port, STATIONS, EVENTS]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks._burst", *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the generator ended early; what it said stands above")
    return dict(json.loads(out))


async def _until_folded(plant: PlantSide) -> float:
    while True:
        folded = plant.service.status["folded"]
        if folded["trouble"]:
            raise RuntimeError(f"a projection stands still: {folded['trouble']}")
        if folded["position"] >= STATIONS * EVENTS:
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


def _raw(store: Store, batches: list[int]) -> float:
    """Seconds for the same rows, in a database of the same kind, and nothing else."""
    with store._engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(events).order_by(events.c.position))]
    with tempfile.TemporaryDirectory(prefix="pullcord-raw-") as folder:
        other = Store(Path(folder, "raw.db"))
        other.open()
        began, first = time.monotonic(), 0
        for size in batches:
            with other._engine.begin() as connection:
                connection.execute(insert(events), rows[first : first + size])
            first += size
        seconds = time.monotonic() - began
        other.close()
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
