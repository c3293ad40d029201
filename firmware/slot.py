"""Starts the firmware in use, or the one before it when that fails. A board's main.py does nothing but import this.

One firmware is one file, /firmware.pack: head (64 bytes: mark, number of modules, length, SHA-256 of what follows,
version), index (CRC-32 of a path, offset), check sums, modules (raw deflate). It is read as a file system at /fw.
"""

import os
import sys
from binascii import crc32

PACK, OLD, BAD, TRIAL = "firmware.pack", "firmware.old", "firmware.bad", "firmware.trial"
SAFE = "safe.txt"
_MARK = b"PULLCORD"
_HEAD = 64
_WINDOW = 10  # bits: what unpacking takes of the heap
_LONGEST = 900


class Pack:
    """A pack as a file system to import from. OSError or ValueError when it is none."""

    def __init__(self, path: str):
        self._path = path
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            if head[:8] != _MARK:
                raise ValueError("%s is no firmware" % path)
            self._index = file.read(8 * int.from_bytes(head[8:12], "little"))

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def stat(self, path):
        return (0x8000 if self._offset(path) else 0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path, mode):
        from deflate import RAW, DeflateIO

        offset = self._offset(path)
        file = open(self._path, "rb")
        file.seek(offset)
        return DeflateIO(file, RAW, _WINDOW, True)

    def _offset(self, path) -> int:
        """0 for a folder."""
        wanted, at = crc32(path.encode()).to_bytes(4, "little"), -1
        while True:
            at = self._index.find(wanted, at + 1)
            if at < 0:
                raise OSError(2)
            if at % 8 == 0:
                return int.from_bytes(self._index[at + 4 : at + 8], "little")


def start(root: str = "/", extra_tasks=()) -> None:
    """Run the firmware until the power is cut. `root`: the flash, with a slash at its end."""
    import vfs

    if not _there(root + PACK) and _there(root + OLD):
        os.rename(root + OLD, root + PACK)  # the power went while one took the place of the other
    try:
        vfs.mount(Pack(root + PACK), "/fw")
        sys.path.insert(0, "/fw")
        import main
    except Exception as error:  # noqa: BLE001 (whatever is wrong with it: the one before may be good)
        print("The firmware cannot be started: %s: %s" % (type(error).__name__, error))
        if retreat(root, ["it cannot be started: %s" % error]):
            import machine

            machine.reset()
        print("Bring it onto the board again: pullcord deploy")
        return
    main.main(root, extra_tasks, lambda reasons: retreat(root, reasons))


def retreat(root: str, reasons: list) -> bool:
    """Put the firmware before in the place of one that fails, if that is new or damaged. False when it is no way."""
    if not _there(root + OLD) or not (_there(root + TRIAL) or _damaged(root + PACK)):
        return False
    try:
        with open(root + SAFE, "w") as file:
            file.write("\n".join(["the firmware before this one runs again"] + reasons)[:_LONGEST])
    except OSError:
        pass  # a full flash
    try:
        os.rename(root + PACK, root + BAD)
        os.rename(root + OLD, root + PACK)
        if _there(root + TRIAL):
            os.remove(root + TRIAL)
    except OSError as error:
        print("The firmware before cannot take its place: %s" % error)
        return False
    return True


def _damaged(path: str) -> bool:
    from hashlib import sha256

    digest, part = sha256(), bytearray(512)
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            while True:
                count = file.readinto(part)
                if not count:
                    return digest.digest() != head[16:48]
                digest.update(memoryview(part)[:count])
    except OSError:
        return True


def _there(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True
