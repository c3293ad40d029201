"""The USB cable of one virtual board: a pseudo-terminal at a path that stays, with a hand on the plug."""

import asyncio
import contextlib
import os
import pty
import select
import tty
from collections.abc import Callable
from pathlib import Path

SLICE = 64
LOOK_S = 0.005
PATIENCE_S = 0.5  # a board gives up on a host that does not read
BITS_A_BYTE = 10


class UsbLine:
    """`typed(data)` gets what the host sends. `path` is a link that is there while the line is plugged.

    baud: how fast it is, each direction; None: as fast as it can. lose(n, skip): the next n bytes after skip, from the
    host, get lost.
    """

    def __init__(self, path: Path, typed: Callable[[bytes], None]) -> None:
        self.path = path
        self.baud: int | None = None
        self.master: int | None = None
        self._typed = typed
        self._tasks: list[asyncio.Task[None]] = []
        self._out = bytearray()
        self._more = asyncio.Event()
        self._lose, self._skip = 0, 0

    @property
    def plugged(self) -> bool:
        return self.master is not None

    @property
    def opened(self) -> bool:
        """Whether a program on the host has the port open."""
        if self.master is None:
            return False
        look = select.poll()
        look.register(self.master, select.POLLHUP)
        return not look.poll(0)

    def plug(self) -> None:
        if self.master is not None:
            return
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(self.master, False)
        self._out.clear()
        beside = self.path.with_name(self.path.name + ".new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(slave))
        os.close(slave)
        os.replace(beside, self.path)
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._talk())]

    async def unplug(self) -> None:
        master, self.master = self.master, None
        if master is None:
            return
        self.path.unlink(missing_ok=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        os.close(master)  # who has it open hears that it is gone

    def say(self, data: bytes) -> None:
        """To the host; into nothing when nobody has the port open."""
        if self.opened:
            self._out += data
            self._more.set()

    def lose(self, count: int, skip: int = 0) -> None:
        self._lose, self._skip = count, skip

    async def _listen(self) -> None:
        free_at = 0.0
        while self.master is not None:
            try:
                data = os.read(self.master, SLICE if self.baud else 4096)
            except BlockingIOError:
                await self._readable()
                continue
            except OSError:  # nobody has it open
                await asyncio.sleep(LOOK_S)
                continue
            free_at = await self._pace(free_at, len(data))
            if data := self._without_lost(data):
                self._typed(data)

    async def _talk(self) -> None:
        free_at = 0.0
        while True:
            while self._out:
                data = bytes(self._out[:SLICE] if self.baud else self._out[:4096])
                del self._out[: len(data)]
                free_at = await self._pace(free_at, len(data))
                await self._write(data)
            self._more.clear()
            await self._more.wait()

    async def _write(self, data: bytes) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while data and self.master is not None and asyncio.get_running_loop().time() < deadline:
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.001)
            except OSError:
                return

    async def _pace(self, free_at: float, count: int) -> float:
        """Wait as long as `count` bytes take behind those before; when the line is free again."""
        if not self.baud:
            return 0.0
        now = asyncio.get_running_loop().time()
        free_at = max(free_at, now) + count * BITS_A_BYTE / self.baud
        await asyncio.sleep(free_at - now)
        return free_at

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        there = loop.create_future()
        assert self.master is not None
        master = self.master

        def found() -> None:
            if not there.done():
                there.set_result(None)

        loop.add_reader(master, found)
        try:
            await there
        finally:
            with contextlib.suppress(OSError, ValueError):
                loop.remove_reader(master)

    def _without_lost(self, data: bytes) -> bytes:
        if not self._lose:
            return data
        kept, rest = data[: self._skip], data[self._skip :]
        self._skip -= len(kept)
        lost = min(self._lose, len(rest))
        self._lose -= lost
        return kept + rest[lost:]
