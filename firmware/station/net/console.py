"""The board's own console as a stream of bytes. Ctrl-C goes on interrupting the program: tools get in by it."""

import asyncio
import select
import sys

MOST = 128  # bytes that are read before others have their turn
ENDED_MS = 1000


class Console:
    """What may block is asked first: without a reader at the other end, a write may take a board half a second."""

    def __init__(self):
        self._in = sys.stdin.buffer
        self._out = sys.stdout.buffer
        self._reader = asyncio.StreamReader(self._in)
        self._readable = select.poll()
        self._readable.register(self._in, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self._out, select.POLLOUT)

    async def read(self):
        """What is there; waits for it. A board reads until it has all that was asked for: one byte at a time."""
        data = await self._reader.read(1)
        if not data:  # the other end is gone for good: only where the console is no cable
            await asyncio.sleep_ms(ENDED_MS)
        while data and len(data) < MOST and _ready(self._readable):
            data += self._in.read(1)
        return data

    def writable(self):
        return _ready(self._writable)

    def write(self, data):
        self._out.write(data)


def _ready(poll):
    for _ in poll.ipoll(0):
        return True
    return False
