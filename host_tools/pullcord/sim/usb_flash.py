"""The flash of a virtual USB board, driven as a board's is: by C, which no Ctrl-C interrupts. Runs on MicroPython."""

import time

from pullcord.sim.cuts import PowerCut
from pullcord.sim.flash import Flash


class UsbFlash(Flash):
    """`tell(message)`: that a Ctrl-C has to be said again, and that the power went. Then it waits for the end."""

    def attach(self, tell):
        self._tell = tell

    def cut(self, operation, part):
        """The power goes at this operation from now on; the host counts, so that a reset forgets nothing."""
        self.part = part
        self.cut_at = self.operations + operation
        self.before = self._count

    def _count(self, number, kind, offset, new):
        self._tell({"operation": kind})

    def readblocks(self, block, buffer, offset=0):
        return self._whole(super().readblocks, block, buffer, offset)

    def writeblocks(self, block, buffer, offset=None):
        return self._whole(super().writeblocks, block, buffer, offset)

    def ioctl(self, operation, argument):
        return self._whole(super().ioctl, operation, argument)

    def _whole(self, work, *arguments):
        """An operation that was interrupted is done once more: erasing and programming twice is the same."""
        while True:
            try:
                return work(*arguments)
            except KeyboardInterrupt:
                self._tell({"interrupt": "again"})
            except PowerCut:
                self._dark()

    def _dark(self):
        self._tell({"cut": self.operations})
        while True:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass
