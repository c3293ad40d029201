"""A station process whose standard input and output are a USB cable, at a pseudo-terminal."""

import asyncio
import dataclasses
import json
import os
import pty
import tty
from pathlib import Path
from typing import Any

from pullcord.sim.runtime import Runtime


class _Tee(asyncio.StreamReader):
    """What the process says, which also goes over the cable."""

    def __init__(self, source: asyncio.StreamReader, master: int) -> None:
        super().__init__()
        self._source, self._master = source, master

    async def read(self, n: int = -1) -> bytes:
        data = await self._source.read(n)
        os.write(self._master, data)
        return data


@dataclasses.dataclass(frozen=True)
class CabledRuntime(Runtime):
    """`port`: where the other end of the cable is."""

    master: int = -1
    port: str = ""

    @classmethod
    def of(cls, runtime: Runtime) -> "CabledRuntime":
        master, slave = pty.openpty()
        tty.setraw(slave)
        return cls(**vars(runtime), master=master, port=os.ttyname(slave))

    async def start(self, script: Path, arguments: dict[str, Any], heap_kib: int | None) -> asyncio.subprocess.Process:
        if script.name != "boot_station.py":
            return await super().start(script, arguments, heap_kib)
        process = await asyncio.create_subprocess_exec(
            *self.with_heap(heap_kib),
            str(script),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(arguments).encode() + b"\n")
        loop, stdin = asyncio.get_running_loop(), process.stdin
        loop.remove_reader(self.master)
        loop.add_reader(self.master, lambda: stdin.write(os.read(self.master, 4096)))
        process.stdout = _Tee(process.stdout, self.master)
        return process
