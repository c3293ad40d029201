"""Readers with the models of their chips at the pins of a virtual board, in virtual time. Runs on MicroPython too."""

from pullcord.sim import virtual_time  # isort: skip  (first, it replaces the clock)

import asyncio
import time

from a_board import board

from pullcord.sim.chips.wiring import attach
from station.drivers.opening import open_reader

FOUR, SEVEN = b"\x11\x22\x33\x44", b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"
TEN = b"\x04\x01\x02\x03\x05\x06\x07\x08\x09\x0a"
SPI = {"spi": 0, "sck": 2, "mosi": 3, "miso": 4, "cs": 5}
UART = {"uart": 1, "tx": 8, "rx": 9}
BYTE_US, TRANSFER_US = 8, 60  # 1 MHz, and what MicroPython needs around a transfer on an RP2040


class Every:
    """Says yes at every `count`-th call."""

    def __init__(self, count):
        self.count = count
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.calls % self.count == 0


class Bench:
    """`reader` is the driver, `chip` the model; `longest_us`: the longest time in which no other task could run."""

    def __init__(self, kind, bus=None, name="reader-1", machine_and_world=None):
        machine, world = machine_and_world or board()[:2]
        self.board = machine, world
        self.world = world
        bus = bus or (UART if kind == "pn532-uart" else SPI)
        self.chip = attach(world, kind, bus, BYTE_US, TRANSFER_US)
        self.field = self.chip.field
        self.reader = open_reader({"name": name, "kind": kind, "bus": bus}, machine)
        self.longest_us = 0

    def run(self, script, until_ms=600000):
        """The result of the coroutine `script`, with a second task that watches how long it has to wait."""
        return virtual_time.run(self._watched(script), until_ms, 0, self.world)

    def scan(self, looks=1):
        """What so many looks gave, in order; "OSError" for one that failed."""
        return self.run(self.looked(looks))

    async def looked(self, looks=1, pause_ms=50):
        seen = []
        for _ in range(looks):
            try:
                seen.append(await self.reader.scan())
            except OSError:
                seen.append("OSError")
            await asyncio.sleep_ms(pause_ms)
        return seen

    async def looked_while_flash_is_erased(self, looks):
        """As `looked`; again and again the board stands still for 45 ms."""
        erasing = asyncio.create_task(self._erase())
        try:
            return await self.looked(looks, 13)
        finally:
            erasing.cancel()

    async def _erase(self):
        while True:
            await asyncio.sleep_ms(7)
            time.sleep_ms(45)

    def longest_look_ms(self, looks=5):
        return self.run(self._timed(looks))

    async def _timed(self, looks):
        longest = 0
        for _ in range(looks):
            began = time.ticks_ms()
            await self.looked(1, 0)
            longest = max(longest, time.ticks_diff(time.ticks_ms(), began))
        return longest

    async def _watched(self, script):
        watching = asyncio.create_task(self._watch())
        try:
            return await script
        finally:
            watching.cancel()

    async def _watch(self):
        while True:
            began = time.ticks_us()
            await asyncio.sleep_ms(1)
            self.longest_us = max(self.longest_us, time.ticks_diff(time.ticks_us(), began) - 1000)
