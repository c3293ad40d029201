"""A board's flash: a block device with the geometry of an RP2, that counts, sleeps and loses power.

Runs on CPython and on MicroPython (`import flash`), where `vfs.VfsLfs2` takes it as it is.
The protocol is MicroPython's extended block device: `readblocks`, `writeblocks`, `ioctl`.
"""

import time

from pullcord.sim.station_flash import BLOCK as BLOCK
from pullcord.sim.station_flash import ERASED as ERASED
from pullcord.sim.station_flash import PAGE as PAGE
from pullcord.sim.station_flash import File as File
from pullcord.sim.station_flash import program

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable

    from pullcord.sim.cuts import Ram

ERASE = "erase"
PROGRAM = "program"
EIO = 5


class Flash:
    """`cells` is a `cuts.Ram` or a `File`; `erase_ms` is how long an erase holds everything up (45 on a board).

    Operations are erases of a block and programs of a page. `before(number, kind, offset, new)` is called
    before each one (`new` is empty for an erase); at number `cut_at` the power goes: `part` of the operation is
    done, `PowerCut` is raised, and from then on every call answers with an I/O error (and allocates nothing:
    MicroPython closes forgotten files in the middle of a collection). Boot again with `Flash(old.cells, old.blocks)`.
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
        self._step(ERASE, block * BLOCK, b"")
        self.erases += 1
        if self.erase_ms:
            time.sleep(self.erase_ms / 1000)
        for offset in range(block * BLOCK, (block + 1) * BLOCK, PAGE):
            self.cells.store(offset, ERASED)

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
            from pullcord.sim import cuts

            old = self.cells.load(offset, BLOCK if kind == ERASE else len(new))
            self.cells.store(offset, cuts.torn(kind, old, new, self.part))
            raise cuts.PowerCut("power cut at operation %d" % self.operations)
