"""A firmware in one file, read as a file system: what `slot` mounts at /fw.

Head (64 bytes: mark, number of modules, length, SHA-256 of what follows, version), index (CRC-32 of a path, offset),
check sums, modules (raw deflate). Made by pullcord.firmware.pack.
"""

from binascii import crc32

_MARK = b"PULLCORD"
_HEAD = 64
_WINDOW = 10  # bits: what unpacking takes of the heap


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
