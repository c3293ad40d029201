"""How much memory the station takes on a board."""

import asyncio
from pathlib import Path
from typing import Any

from pullcord.sim.compiled import compiled
from tests.benchmarks._station import Observed, observed

BUILD = Path(__file__).parents[2] / "build"


def run() -> dict[str, Any]:
    figures = asyncio.run(_measure())
    files = list(compiled(BUILD / "bench" / "firmware").rglob("*.mpy"))
    figures["mpy_bytes"] = sum(file.stat().st_size for file in files)
    return {"figures": figures, "how": "32-bit MicroPython"}


async def _measure() -> dict[str, Any]:
    async with observed() as seen:
        await seen.bench.move("cord-1", True)
        await seen.until(lambda state: state["calls"])
        await seen.bench.move("cord-1", False)
        await seen.receipted()
        await asyncio.sleep(1)
        return {"heap_connected_bytes": await _app_heap(seen)}


async def _app_heap(seen: Observed) -> int:
    used = await seen.station.heap()
    return used["used"] - int(seen.station.hello["heap_before_app"])
