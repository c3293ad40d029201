"""A board's flash: a block device with the geometry of an RP2, that counts, sleeps and loses power.

Runs on CPython and on MicroPython (`import flash`), where `vfs.VfsLfs2` takes it as it is.
The protocol is MicroPython's extended block device: `readblocks`, `writeblocks`, `ioctl`.
"""

import os
import time

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 4096
PAGE = 256
ERASED = b"\xff" * BLOCK

ERASE = "erase"
PROGRAM = "program"
EIO = 5


class PowerCut(BaseException):
    """The power went in the middle of an operation. Not an `Exception`: no firmware code may catch it."""


def program(old: bytes, new: bytes) -> bytes:
    """What a cell holds after `new` was programmed over `old`: bits only fall from 1 to 0."""
    if old == ERASED[: len(old)]:
        return new
    return bytes([a & b for a, b in zip(old, new)])


def torn(kind: str, old: bytes, new: bytes, part: float) -> bytes:
    """What is left of `old` when the power goes after `part` (0.0 to 1.0) of an erase or a program.

    A torn program leaves its first bytes and one byte with half of its bits; a torn erase leaves its
    first bytes erased, a stretch in between, and the rest as it was.
    """
    reached = int(part * len(old))
    if kind == ERASE:
        middle = bytes([byte | (0x5A + i & 0xFF) for i, byte in enumerate(old[reached : reached + PAGE])])
        return ERASED[:reached] + middle + old[reached + len(middle) :]
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


class File:
    """Cells in a file, which stays when the process is killed. The file is made when it is missing."""

    def __init__(self, path: str, size: int) -> None:
        try:
            missing = size - os.stat(path)[6]
        except OSError:
            missing = size
        if missing > 0:
            with open(path, "ab") as file:
                for _ in range(0, missing, BLOCK):
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


class Flash:
    """`cells` is a `Ram` or a `File`; `erase_ms` is how long an erase holds everything up (45 on a board).

    Operations are erases of a block and programs of a page. `before(number, kind, offset, new)` is called
    before each one; at number `cut_at` the power goes: `part` of the operation is done, `PowerCut` is
    raised, and from then on every call answers with an I/O error (and allocates nothing: MicroPython closes
    forgotten files in the middle of a collection). Boot again with `Flash(old.cells, old.blocks)`.
    """

    def __init__(
        self,
        cells: "Ram | File",
        blocks: int,
        erase_ms: int = 0,
        cut_at: int = 0,
        part: float = 0.0,
        before: "Callable[[int, str, int, bytes], None] | None" = None,
    ) -> None:
        self.cells = cells
        self.blocks = blocks
        self.erase_ms = erase_ms
        self.cut_at = cut_at
        self.part = part
        self.before = before
        self.dead = False
        self.reads = 0
        self.operations = self.erases = self.programmed_bytes = self.read_bytes = self.overwrites = 0

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> "int | None":
        if self.dead:
            return -EIO
        self.reads += 1
        self.read_bytes += len(buffer)
        self.cells.load_into(block * BLOCK + offset, buffer)
        return None

    def writeblocks(self, block: int, buffer: bytes, offset: "int | None" = None) -> "int | None":
        if self.dead:
            return -EIO
        start = block * BLOCK + (offset or 0)
        if offset is None:
            for i in range(0, len(buffer), BLOCK):
                self.erase(block + i // BLOCK)
        for i in range(0, len(buffer), PAGE):
            self._program(start + i, bytes(buffer[i : i + PAGE]))
        return None

    def ioctl(self, operation: int, argument: int) -> int:
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            if self.dead:
                return -EIO
            self.erase(argument)
        return 0

    def erase(self, block: int) -> None:
        self._step(ERASE, block * BLOCK, ERASED)
        self.erases += 1
        if self.erase_ms:
            time.sleep(self.erase_ms / 1000)
        self.cells.store(block * BLOCK, ERASED)

    def _program(self, offset: int, new: bytes) -> None:
        self._step(PROGRAM, offset, new)
        old = self.cells.load(offset, len(new))
        self.programmed_bytes += len(new)
        if old != ERASED[: len(new)]:
            self.overwrites += 1
        self.cells.store(offset, program(old, new))

    def _step(self, kind: str, offset: int, new: bytes) -> None:
        self.operations += 1
        if self.before:
            self.before(self.operations, kind, offset, new)
        if self.operations == self.cut_at:
            self.dead = True
            # read only here: a station's heap has no block to spare
            old = self.cells.load(offset, len(new))
            self.cells.store(offset, torn(kind, old, new, self.part))
            raise PowerCut("power cut at operation %d" % self.operations)
