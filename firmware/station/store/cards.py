"""The card table: which card belongs to which loop, and what may be done with it here.

One file, `cards.bin`: entries of 16 bytes sorted by uid, then the names of the loops, then a footer. A card
is found by bisecting: 14 short reads for 10,000 cards, in constant memory. The table before stays as
`cards.old`.
"""

import struct
from binascii import crc32
from errno import ENOENT

ROLES = "shrb"
STATES = ("full", "empty", "hold", "lost", "retired")
ENTRY = "<10sBBI"  # uid, its length, roles (low bits) and state (high), offset of the loop's name
SIZE = 16
FOOTER = "<4sI12sIII"  # magic, version, hash, count, length of the names, crc32 of all before
FOOTER_SIZE = 32
MAGIC = b"CT1\n"
CHUNK = 512


class CardTable:
    """`version` 0, `hash` "" and `count` 0 when there is no table. `findings` tells what was damaged."""

    def __init__(self):
        self.version, self.hash, self.count = 0, "", 0
        self.findings = []
        self._file = None

    @classmethod
    def open(cls, directory: str):
        """The table in `directory`, the one before when that is damaged, or an empty one."""
        table = cls()
        for name in ("cards.bin", "cards.old"):
            try:
                table._enter(directory + "/" + name)
                break
            except ValueError as error:
                table.findings.append("%s/%s: %s" % (directory, name, error))
            except OSError as error:
                if error.errno != ENOENT:
                    table.findings.append("%s/%s: cannot be read (%s)" % (directory, name, error))
        return table

    def find(self, uid: bytes):
        """(loop, roles allowed here, state) of the card, or None. OSError: the flash fails."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            self._file.seek(middle * SIZE)
            padded, length, bits, offset = struct.unpack(ENTRY, self._file.read(SIZE))
            found = padded[:length]
            if found == uid:
                here = "".join([role for i, role in enumerate(ROLES) if bits >> i & 1])
                return self._name(offset), here, STATES[bits >> 4]
            if found < uid:
                low = middle + 1
            else:
                high = middle
        return None

    def close(self) -> None:
        """Give the file back. The table is empty then."""
        if self._file:
            self._file.close()
        self._file, self.count = None, 0

    def _name(self, offset):
        self._file.seek(self.count * SIZE + offset)
        return self._file.read(self._file.read(1)[0]).decode()

    def _enter(self, path):
        """Use the file at `path`; ValueError when it is damaged."""
        file = open(path, "rb")
        try:
            version, digest, count = check(file)
        except ValueError:
            file.close()
            raise
        self._file = file
        self.version, self.hash, self.count = version, digest.decode(), count


def check(file):
    """(version, hash, count) of a whole table file; ValueError when it is damaged."""
    size = file.seek(0, 2)
    file.seek(max(0, size - FOOTER_SIZE))
    footer = file.read()
    if len(footer) < FOOTER_SIZE:
        raise ValueError("shorter than a card table")
    magic, version, digest, count, names_size, crc = struct.unpack(FOOTER, footer)
    if magic != MAGIC or count * SIZE + names_size + FOOTER_SIZE != size:
        raise ValueError("not a card table, or cut off")
    if crc32(footer[:-4], crc_of(file, size - FOOTER_SIZE)) != crc:
        raise ValueError("damaged (its CRC does not fit)")
    return version, digest, count


def crc_of(file, length):
    file.seek(0)
    crc = 0
    while length > 0:
        chunk = file.read(min(CHUNK, length))
        if not chunk:
            raise ValueError("cut off")
        crc = crc32(chunk, crc)
        length -= len(chunk)
    return crc
