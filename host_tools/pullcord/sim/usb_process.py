"""The MicroPython process of a virtual USB board, from one boot to the next. The board's end of it is usb_side.py."""

import asyncio
import contextlib
import json
import os
import select
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pullcord.sim.log import BoundedLog
from pullcord.sim.runtime import Runtime

SIDE = Path(__file__).resolve().parent / "usb_side.py"
MARK = b"\x1b]pullcord;"
READ = 4096


class UsbProcess:
    """`printed(data)` gets what the program prints, `over(number, error)` hears the end of each run, in that order."""

    def __init__(
        self, printed: Callable[[bytes], None], over: Callable[[int, str], None], log: BoundedLog
    ) -> None:
        self._printed, self._over, self._log = printed, over, log
        self._process: asyncio.subprocess.Process | None = None
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._tail = b""
        self._begun = self._wanted = False

    async def run(self, runtime: Runtime, heap_kib: int, arguments: dict[str, Any]) -> None:
        """Start it, and return when it has ended, however that was. Cancelled: it is killed."""
        os.write(self._write, json.dumps(arguments).encode() + b"\n")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *runtime.with_heap(heap_kib),
                str(SIDE),
                stdin=self._read,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            await self._listen(self._process)
        finally:
            self.kill()
            if self._process:
                await self._process.wait()
            os.close(self._write)
            os.close(self._read)
            self._read = self._write = -1

    def feed(self, data: bytes) -> None:
        """To its standard input. What finds no room is lost, as in a board."""
        if self._write < 0 or not data:
            return
        try:
            os.write(self._write, data)
        except BlockingIOError:
            self._log.write(b"the terminal's input was full: bytes are lost\n")

    def drain(self) -> bytes:
        """Take back what was fed and not read."""
        data = b""
        while self._read >= 0 and select.select([self._read], [], [], 0)[0]:
            data += os.read(self._read, READ)
        return data

    def expect(self) -> None:
        """Something is about to run."""
        self._begun = self._wanted = False

    def interrupt(self) -> None:
        """KeyboardInterrupt in what runs; as soon as it runs."""
        self._wanted = not self._begun
        if self._begun:
            self._signal(signal.SIGINT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._process and self._process.returncode is None:
            # not Process.send_signal(): that looks for the end itself, and asyncio then misses it
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        while data := await process.stdout.read(READ):
            self._tail += data
            while self._take_mark():
                pass
            keep = self._begun_mark()
            self._say(len(self._tail) - keep)
        self._say(len(self._tail))

    def _take_mark(self) -> bool:
        start = self._tail.find(MARK)
        end = self._tail.find(b"\n", start)
        if start < 0 or end < 0:
            return False
        said = json.loads(self._tail[start + len(MARK) : end])
        after = self._tail[end + 1 :]
        self._say(start)
        self._tail = after
        if "begun" in said:
            self._begin()
        else:
            self._over(said["over"], said["error"])
        return True

    def _begin(self) -> None:
        self._begun = True
        if self._wanted:
            self.interrupt()

    def _begun_mark(self) -> int:
        """How many bytes at the end may belong to a mark that has not come whole."""
        start = self._tail.find(MARK)
        if start >= 0:
            return len(self._tail) - start
        return next((n for n in range(len(MARK) - 1, 0, -1) if self._tail.endswith(MARK[:n])), 0)

    def _say(self, count: int) -> None:
        if count:
            self._log.write(self._tail[:count])
            self._printed(self._tail[:count])
        self._tail = self._tail[count:]
