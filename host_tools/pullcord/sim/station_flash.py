"""A virtual station's flash: a file with the geometry of an RP2's, as the block device that `vfs.VfsLfs2` mounts.

What it takes of the heap is the station's, so it only reads, programs and erases; `flash.Flash` also counts and loses
power. Runs on MicroPython and CPython. The protocol is MicroPython's extended block device.
"""

import os
import time

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 4096
PAGE = 256
ERASED = b"\xff" * 256  # a page: a heap has no block to spare, nor one for what is computed from PAGE
_PART = 32


def program(old: "bytes | bytearray", new: "bytes | memoryview") -> "bytes | memoryview":
    """What a cell holds after `new` was programmed over `old`: bits only fall from 1 to 0."""
    if old == ERASED[: len(old)]:
        return new
    return bytes([a & b for a, b in zip(old, new)])


class File:
    """Cells in a file, which stays when the process is killed. The file is made when it is missing."""

    def __init__(self, path: str, size: int) -> None:
        try:
            missing = size - os.stat(path)[6]
        except OSError:
            missing = size
        if missing > 0:
            with open(path, "ab") as file:
                for _ in range(0, missing, PAGE):
                    file.write(ERASED)
        self.file = open(path, "r+b", 0)

    def load(self, offset: int, length: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(length)

    def load_into(self, offset: int, buffer: bytearray) -> None:
        """Without a copy in between: a station's heap has none to spare, and on a board there is none."""
        self.file.seek(offset)
        self.file.readinto(buffer)

    def store(self, offset: int, data: bytes) -> None:
        self.file.seek(offset)
        self.file.write(data)


class StationFlash:
    """`erase_ms` is how long an erase of a block holds everything up (45 on a board). `erased()` is called after
    each: interrupts that waited come then, before the next."""

    def __init__(self, path: str, size: int, erase_ms: int, erased: "Callable[[], None] | None" = None) -> None:
        self._file = File(path, size).file
        self._blocks = size // BLOCK
        self._erase_ms = erase_ms
        self._erased = erased
        self._part = bytearray(_PART)  # what is programmed over: a heap that is nearly full may have no other

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        self._file.seek(block * BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block: int, buffer: bytes, offset: int = 0) -> None:
        """Whole pages of a block that was erased before, as littlefs writes them."""
        file, old, data = self._file, self._part, memoryview(buffer)
        for place in range(0, len(data), _PART):
            at = block * BLOCK + offset + place
            file.seek(at)
            file.readinto(old)
            new = data[place : place + _PART]
            file.seek(at)
            file.write(program(old, new))

    def ioctl(self, operation: int, argument: int) -> int:
        if operation == 4:
            return self._blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            if self._erase_ms:
                time.sleep(self._erase_ms / 1000)
            self._file.seek(argument * BLOCK)
            for _ in range(0, BLOCK, PAGE):
                self._file.write(ERASED)
            if self._erased:
                self._erased()
        return 0
