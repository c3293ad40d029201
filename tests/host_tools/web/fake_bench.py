"""A bench with one or more stations that only note what is done to them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from pullcord.web.bench import BenchCard, BenchError, BenchInput, BenchReader, BenchStation, Picture
from tests.host_tools.web.fake_line import LINE


def bench_station(name: str) -> BenchStation:
    return BenchStation(
        path=f"{LINE}/{name}",
        runtime="micropython 1.25.0 (32-bit)",
        light="tower",
        lights=("red", "yellow", "green", "blue"),
        inputs=(
            BenchInput("cord-1", "call", "quality", loop=True),
            BenchInput("cord-2", "call", "material"),
            BenchInput("cord-3", "call", "maintenance"),
            BenchInput("ack", "acknowledge"),
            BenchInput("arrive", "arrive"),
            BenchInput("fixed", "resolve"),
            BenchInput("restart", "restart"),
            BenchInput("pitch", "mark"),
        ),
        readers=(BenchReader("reader-1", "signal"),),
        cards=(BenchCard("04a1b2c3d4e5f6", "bolts M8"), BenchCard("04ffeeddccbbaa", "brackets")),
        buzzer=True,
        permit=True,
        board="Raspberry Pi Pico W",
        wiring=(("GP26", "input cord-1"), ("GP3", "input cord-2"), ("GP10", "light red"), ("GP0", "reader badge tx")),
    )


class FakeBench:
    def __init__(self, *names: str) -> None:
        self._stations = [bench_station(name) for name in names]
        self.done: list[tuple[Any, ...]] = []
        self.pictures = {
            s.path: Picture(True, True, {light: light == "green" for light in s.lights}, permit=True)
            for s in self._stations
        }
        self._changed = asyncio.Event()

    def stations(self) -> list[BenchStation]:
        return self._stations

    def picture(self, station: str, **changes: Any) -> None:
        self.pictures[station] = replace(self.pictures[station], **changes)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def pull(self, station: str, input: str) -> None:
        if not self.pictures[station].power:
            raise BenchError(f"{station} has no power; put its plug back first")
        if input not in [known.name for known in self._stations[0].inputs]:
            raise KeyError(f"input {input}")
        self._note("pull", station, input)
        self.picture(station, pulled=(*self.pictures[station].pulled, input))

    async def release(self, station: str, input: str) -> None:
        self._note("release", station, input)
        self.picture(station, pulled=tuple(i for i in self.pictures[station].pulled if i != input))

    async def press(self, station: str, input: str) -> None:
        self._note("press", station, input)

    async def wire(self, station: str, input: str, fault: str) -> None:
        self._note("wire", station, input, fault)
        self.picture(station, wires={input: fault} if fault else {})

    async def hold(self, station: str, reader: str, uid: str) -> None:
        self._note("hold", station, reader, uid)
        self.picture(station, held={reader: uid})

    async def take_away(self, station: str, reader: str) -> None:
        self._note("take_away", station, reader)
        self.picture(station, held={})

    async def tap(self, station: str, reader: str, uid: str) -> None:
        self._note("tap", station, reader, uid)

    async def network(self, station: str, up: bool) -> None:
        self._note("network", station, up)
        self.picture(station, network=up)

    async def power(self, station: str, on: bool) -> None:
        self._note("power", station, on)
        self.picture(station, power=on)

    async def observe(self, station: str) -> AsyncIterator[Picture]:
        while True:
            changed = self._changed
            yield self.pictures[station]
            await changed.wait()

    def _note(self, *what: Any) -> None:
        self.done.append(what)
