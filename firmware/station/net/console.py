"""The board's own console as a stream of bytes. Ctrl-C goes on interrupting the program: tools get in by it."""

import asyncio
import select
import sys

MOST = 128  # bytes that are read before others have their turn
ENDED_MS = 1000
SLICE = 64  # bytes that are written at once: an ESP32 sends so many in 6 ms, and the lamp waits meanwhile
FULL_MS = 5
WAIT_MS = 8000


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


async def send(console, parts):
    """Write bytes and let others have their turn; OSError when nobody takes them."""
    for part in parts:
        view = memoryview(part)
        for at in range(0, len(part), SLICE):
            waits = 0
            while not console.writable():
                waits += 1
                if waits * FULL_MS > WAIT_MS:
                    raise OSError("nobody took more data for %d s" % (WAIT_MS // 1000))
                await asyncio.sleep_ms(FULL_MS)
            console.write(view[at : at + SLICE])
            await asyncio.sleep_ms(0)


def _ready(poll):
    for _ in poll.ipoll(0):
        return True
    return False
