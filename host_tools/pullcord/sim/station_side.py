"""What boot_station.py and provision.py share, on either runtime: the paths and the flash."""

import sys


def set_paths(sim, firmware):
    """The stand-ins, then the firmware (sources or compiled), then `pullcord`. `sim`: this file's folder."""
    folders = [sim + "/standins", firmware, sim[: -len("/pullcord/sim")]]
    if sys.implementation.name == "micropython":
        import os

        # as on a board, where the firmware is the current folder: each module keeps its path in memory
        os.chdir(firmware)
        sys.path[:] = [folders[0], "", folders[2], ".frozen"]
        return
    sys.path[:] = [path for path in sys.path if path != sim]
    sys.path[:0] = folders
    from pullcord.sim import cpython

    cpython.install()


def pose_as(board):
    """The process says that it is this board. On MicroPython the stand-in `os` does."""
    if sys.implementation.name != "micropython":
        import os

        os.uname = lambda: os.uname_result(("virtual",) * 4 + (board,))


def mount(flash, size, erase_ms, erased=None):
    """Make the station's flash usable and return its root folder. `erased()` is called after each erase.

    MicroPython: `flash` is an image file of `size` bytes, mounted as littlefs, formatted when blank.
    CPython: `flash` is a plain folder.
    """
    if sys.implementation.name != "micropython":
        return flash
    import vfs

    from pullcord.sim.station_flash import StationFlash

    device = StationFlash(flash, size, erase_ms, erased)
    if _blank(device):
        vfs.VfsLfs2.mkfs(device, progsize=256)
    vfs.mount(vfs.VfsLfs2(device, progsize=256), "/flash")
    return "/flash"


def _blank(device):
    """Only a flash that holds nothing is formatted: a board must never lose a journal to one failed mount."""
    first = bytearray(256)
    for block in (0, 1):
        device.readblocks(block, first)
        if first != b"\xff" * 256:
            return False
    return True
