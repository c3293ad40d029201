"""Boards at a gateway that is killed again and again, while cables are pulled and lose bytes, and people call."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pullcord.sim.usb_board import VirtualBoard
from tests.end_to_end.a_desk import Desk, audit, desk, station_config

HOLD_S = 0.15
LIVES_S = (0.5, 4.0)
PULLED_S = (0.1, 2.5)
LOST_BYTES = 4
LONGER_THAN_A_FLASH_S = 1.4  # a call that waits in a station that is cut off leaves its lamp dark for 0.875 s
SLOW_BAUD = 115_200


class Cables:
    """`calls`: by station, how often somebody pressed and resolved. `unplugs`: how often a cable was pulled."""

    def __init__(self, line: Desk, names: list[str], seed: int) -> None:
        self.line, self.names = line, names
        self.boards: dict[str, VirtualBoard] = {}
        self.calls: Counter[str] = Counter()
        self.unplugs = 0
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._dice = random.Random(seed)
        config = station_config(names[0])
        self._pins = {item["name"]: item["pin"] for item in config["inputs"]}
        self._yellow = config["light"]["pins"]["yellow"]

    async def set_up(self) -> None:
        for name in self.names:
            self.boards[name] = await asyncio.to_thread(self.line.add, name)
        self.boards[self.names[0]].slow(SLOW_BAUD)

    async def work(self, name: str) -> None:
        """Call and resolve, for ever, plugged in or not; the whole of a call is done when this is cancelled."""
        while True:
            self._busy[name] = asyncio.create_task(self._call_and_resolve(name))
            await asyncio.shield(self._busy[name])
            await asyncio.sleep(self._dice.uniform(0.1, 0.8))

    async def pull(self, name: str) -> None:
        """Lose some bytes, pull the cable, put it back, for ever."""
        board = self.boards[name]
        while True:
            await asyncio.sleep(self._dice.uniform(1, 6))
            board.lose(LOST_BYTES, self._dice.randrange(200))
            await asyncio.sleep(self._dice.uniform(1, 6))
            await asyncio.to_thread(board.unplug)
            self.unplugs += 1
            try:
                await asyncio.sleep(self._dice.uniform(*PULLED_S))
            finally:
                await asyncio.shield(asyncio.to_thread(board.plug))

    async def kill(self, times: int) -> None:
        """The gateway, without a warning, at any moment of its life."""
        for _ in range(times):
            await self.line.start_gateway()
            await self.line.until(lambda: self.line.status, "the gateway looks at its ports")
            await asyncio.sleep(self._dice.uniform(*LIVES_S))
            await self.line.end_gateway()

    async def settled(self) -> None:
        """Wait until the last call of each is whole, and every station knows that the plant has everything."""

        await asyncio.gather(*self._busy.values())

        def all_there() -> bool:
            journals = [self.line.state(name).get("journal") for name in self.names]
            return all(journal and journal["depth"] == 0 for journal in journals)

        await self.line.until(all_there, "every event has its receipt")

    def audit(self) -> dict[str, Any]:
        """`lost`, `doubled` and `disordered` over all stations, by events and by calls."""
        found: dict[str, list[Any]] = {"lost": [], "doubled": [], "disordered": []}
        for name in self.names:
            events = self.line.events(name)
            for kind, what in audit(events, self.line.state(name)["journal"]["next"] - 1).items():
                found[kind] += [(name, one) for one in what]
            there = sum(event["type"] == "pullcord.andon.called.v1" for event in events)
            found["lost"] += [(name, f"call {number}") for number in range(there, self.calls[name])]
            found["doubled"] += [(name, f"call {number}") for number in range(self.calls[name], there)]
        return found

    async def _call_and_resolve(self, name: str) -> None:
        """As people do: hold the button until the lamp answers, and resolve until it is out."""
        self.calls[name] += 1
        await self._hold(name, "material", lambda: self.boards[name].pins.get(self._yellow) == 1)
        while not await self._is_out(name):
            await self._hold(name, "resolve", _passed(HOLD_S))

    async def _hold(self, name: str, button: str, until: Callable[[], bool]) -> None:
        board, pin = self.boards[name], self._pins[button]
        await asyncio.to_thread(board.say, {"pin": pin, "level": 0})
        await self.line.until(until, f"{name} answers to {button}")
        await asyncio.to_thread(board.say, {"pin": pin, "level": 1})

    async def _is_out(self, name: str) -> bool:
        """Dark for longer than between two flashes."""
        for _ in range(int(LONGER_THAN_A_FLASH_S / 0.02)):
            if self.boards[name].pins.get(self._yellow):
                return False
            await asyncio.sleep(0.02)
        return True


async def rough_cables(folder: Path, boards: int, kills: int, seed: int = 1) -> dict[str, Any]:
    """What was done, and what the audit found."""
    async with desk(folder) as line:
        cables = Cables(line, [f"u-{number:02}" for number in range(1, boards + 1)], seed)
        await cables.set_up()
        hands = [asyncio.create_task(cables.work(name)) for name in cables.names]
        pulls = [asyncio.create_task(cables.pull(name)) for name in cables.names]
        try:
            await cables.kill(kills)
        finally:
            for task in (*hands, *pulls):
                task.cancel()
            for task in (*hands, *pulls):
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        for board in cables.boards.values():
            await asyncio.to_thread(board.plug)
        await line.start_gateway()
        await cables.settled()
        boots = {name: board.boots for name, board in cables.boards.items() if board.boots != ["power_on"]}
        return {
            "boards": boards,
            "restarts": kills,
            "unplugs": cables.unplugs,
            "events": sum(len(line.events(name)) for name in cables.names),
            "calls": sum(cables.calls.values()),
            "resets": boots,
            **cables.audit(),
        }


def _passed(seconds: float) -> Callable[[], bool]:
    end = asyncio.get_running_loop().time() + seconds
    return lambda: asyncio.get_running_loop().time() > end
