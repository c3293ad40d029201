"""The flash of a virtual USB board, driven as a board's is: by C, which no Ctrl-C interrupts. Runs on MicroPython."""

import time

from pullcord.sim.cuts import PowerCut
from pullcord.sim.flash import Flash


class UsbFlash(Flash):
    """`tell(message)`: that a Ctrl-C has to be said again, and that the power went. Then it waits for the end."""

    def attach(self, tell):
        self._tell = tell
        self._interrupted = False

    def cut(self, operation, part):
        """The power goes at this operation from now on; the host counts, so that a reset forgets nothing."""
        self.part = part
        self.cut_at = self.operations + operation
        self.before = self._count

    def _count(self, number, kind, offset, new):
        self._tell({"operation": kind})

    # An operation that was interrupted is done once more: erasing and programming twice is the same. Only then the
    # Ctrl-C is said again. No memory is taken on the way: MicroPython closes forgotten files in a collection.

    def readblocks(self, block, buffer, offset=0):
        result = 0
        while True:
            try:
                result = Flash.readblocks(self, block, buffer, offset)
                break
            except KeyboardInterrupt:
                self._interrupted = True
        self._again()
        return result

    def writeblocks(self, block, buffer, offset=None):
        result = 0
        while True:
            try:
                result = Flash.writeblocks(self, block, buffer, offset)
                break
            except KeyboardInterrupt:
                self._interrupted = True
            except PowerCut:
                self._dark()
        self._again()
        return result

    def ioctl(self, operation, argument):
        result = 0
        while True:
            try:
                result = Flash.ioctl(self, operation, argument)
                break
            except KeyboardInterrupt:
                self._interrupted = True
            except PowerCut:
                self._dark()
        self._again()
        return result

    def _again(self):
        if self._interrupted:
            self._interrupted = False
            self._tell({"interrupt": "again"})

    def _dark(self):
        self._tell({"cut": self.operations})
        while True:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass
