"""Ten minutes at a full station, played in one: calls of every policy, cards, takt, a cut network, commands."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.benchmarks._station import Observed
from tests.benchmarks.apps.hurried import SPEED

MINUTES = 10
CUT_MINUTE, PLUG_MINUTE = 3, 5
BADGE = "04b0b1b2b30001"
MARK_S = 20

Tick = Callable[[], Coroutine[Any, Any, None]]


class Shift:
    """`seen` runs the app `hurried`; `each_second` is awaited about every second of its time."""

    def __init__(self, seen: Observed, each_second: Tick | None = None) -> None:
        self._seen = seen
        self._each_second = each_second
        self._pins = {item["name"]: item["pin"] for item in seen.bench.config["inputs"]}

    async def play(self) -> None:
        """The ten minutes, then until the plant has everything."""
        watching = asyncio.create_task(self._watch())
        cycling = asyncio.create_task(self._cycle())
        try:
            for minute in range(MINUTES):
                if minute in (CUT_MINUTE, PLUG_MINUTE):
                    self._seen.bench.plug(minute == PLUG_MINUTE)
                await self._minute(minute)
        finally:
            watching.cancel()
            cycling.cancel()
        await self._seen.receipted()

    async def _minute(self, minute: int) -> None:
        """Three calls at once; the cord's stops the line in every other minute, and in one of three nobody answers."""
        began = asyncio.get_running_loop().time()
        await self._press("cord-1")
        await self._press("material")
        await self._press("help")
        await self._rest(3)
        if minute % 2:
            await self._press("cord-1")  # once more before the mark: cancelled
        else:
            await self._rest(MARK_S)
        if minute == PLUG_MINUTE + 1:
            await self._command("acknowledge")
        if minute % 3 == 2:
            await self._rest(60 - (asyncio.get_running_loop().time() - began) * SPEED)
            return
        await self._tap(BADGE)
        await self._tap("04ffffffffffff")
        for _ in range(3):
            await self._press("ack")
        for _ in range(3):
            await self._press("resolve")
        await self._press("restart")
        await self._rest(60 - (asyncio.get_running_loop().time() - began) * SPEED)

    async def _cycle(self) -> None:
        while True:
            await self._press("cycle")
            await self._rest(20)

    async def _watch(self) -> None:
        while self._each_second:
            await self._each_second()
            await self._rest(1)

    async def _press(self, name: str) -> None:
        """Without bounces: those of a real contact would last ten times as long here."""
        self._seen.station.set_pin(self._pins[name], 0)
        await self._rest(0.6)
        self._seen.station.set_pin(self._pins[name], 1)
        await self._rest(0.6)

    async def _tap(self, uid: str) -> None:
        await self._seen.station.tap("badge", uid, hold_ms=1000 // SPEED)
        await self._rest(1)

    async def _command(self, do: str) -> None:
        for call in self._seen.state().get("calls", []):
            await self._seen.plant.service.command(self._seen.path, do, call["id"], by="maria")

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / SPEED)
