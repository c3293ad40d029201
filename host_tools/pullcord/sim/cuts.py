"""Power cuts of a flash, and cells that are forgotten with the process. Apart: a virtual station needs neither.

Runs on CPython and on MicroPython.
"""

from pullcord.sim.flash import ERASE
from pullcord.sim.station_flash import ERASED, PAGE, program


class PowerCut(BaseException):
    """The power went in the middle of an operation. Not an `Exception`: no firmware code may catch it."""


def torn(kind: str, old: bytes, new: bytes, part: float) -> bytes:
    """What is left of `old` when the power goes after `part` (0.0 to 1.0) of an erase or a program.

    A torn program leaves its first bytes and one byte with half of its bits; a torn erase leaves its
    first bytes erased, a stretch in between, and the rest as it was.
    """
    reached = int(part * len(old))
    if kind == ERASE:
        middle = bytes([byte | (0x5A + i & 0xFF) for i, byte in enumerate(old[reached : reached + PAGE])])
        return ERASED * (reached // PAGE) + ERASED[: reached % PAGE] + middle + old[reached + len(middle) :]
    done = bytes(program(old[:reached], new[:reached]))
    if reached == len(old):
        return done
    return done + bytes([old[reached] & (new[reached] | 0xA5)]) + old[reached + 1 :]


class Ram:
    """Cells in memory."""

    def __init__(self, size: int, data: "bytearray | None" = None) -> None:
        self.data = data if data is not None else bytearray(ERASED[:1] * size)

    def load(self, offset: int, length: int) -> bytes:
        return bytes(memoryview(self.data)[offset : offset + length])

    def load_into(self, offset: int, buffer: bytearray) -> None:
        buffer[:] = memoryview(self.data)[offset : offset + len(buffer)]

    def store(self, offset: int, data: bytes) -> None:
        self.data[offset : offset + len(data)] = data
