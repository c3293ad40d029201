"""The card table: which card belongs to which loop, and what may be done with it here.

One file, `cards.bin`: entries of 16 bytes sorted by uid, then the names of the loops, then a footer. A card
is found by bisecting: 14 short reads for 10,000 cards, in constant memory. The table before stays as
`cards.old`.
"""

import os
import struct
from binascii import crc32, hexlify
from errno import ENOENT
from hashlib import sha256

from station.store.aside import make

ROLES = "shrb"
STATES = ("full", "empty", "hold", "lost", "retired")
_ENTRY = "<10sBBI"  # uid, its length, roles (low bits) and state (high), offset of the loop's name
_SIZE = 16
_FOOTER = "<4sI12sIII"  # magic, version, hash, count, length of the names, crc32 of all before
_FOOTER_SIZE = 32
_MAGIC = b"CT1\n"
_NAMES = 64  # loops whose name is stored once; those beyond cost flash, not memory
_CHUNK = 512


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
            self._file.seek(middle * _SIZE)
            padded, length, bits, offset = struct.unpack(_ENTRY, self._file.read(_SIZE))
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
        self._file.seek(self.count * _SIZE + offset)
        return self._file.read(self._file.read(1)[0]).decode()

    def _enter(self, path):
        """Use the file at `path`; ValueError when it is damaged."""
        file = open(path, "rb")
        try:
            version, digest, count = _check(file)
        except ValueError:
            file.close()
            raise
        self._file = file
        self.version, self.hash, self.count = version, digest.decode(), count


def build(entries, directory: str, version: int) -> None:
    """Make `entries` the card table: (uid, loop, here, state), each uid once.

    A list is sorted here. Any other iterable must come in ascending order of uid, and streams: memory does
    not grow with the cards. The table in use stays until the new one was read back.
    The table's hash: first 12 hex digits of the SHA-256 over a line `uid in hex,loop,here,state` for each
    entry, `here` in the order "shrb". ValueError names the entry that is wrong. OSError: the flash is full
    or fails.
    """
    if isinstance(entries, list):
        entries = sorted(entries)
    make(directory)
    new, names = directory + "/cards.new", directory + "/names.new"
    with open(names, "wb") as name_file:
        with open(new, "wb") as file:
            count, names_size, digest = _write_entries(entries, file, name_file)
    with open(new, "ab") as file:
        with open(names, "rb") as name_file:
            _copy(name_file, file)
    os.remove(names)
    with open(new, "rb") as file:
        crc = _crc(file, count * _SIZE + names_size)
    footer = struct.pack(_FOOTER, _MAGIC, version, digest, count, names_size, 0)[:-4]
    with open(new, "ab") as file:
        file.write(footer + crc32(footer, crc).to_bytes(4, "little"))
    with open(new, "rb") as file:
        _check(file)
    _switch(directory, new)


def _switch(directory, new):
    """Rename only, remove nothing first: at every moment one of the two names is a whole table."""
    current = directory + "/cards.bin"
    try:
        os.rename(current, directory + "/cards.old")
    except OSError as error:
        if error.errno != ENOENT:
            raise
    os.rename(new, current)


def _write_entries(entries, file, name_file):
    """(count, bytes of names, hash) of what was written."""
    count = size = 0
    before, known, digest = b"", {}, sha256()
    for uid, loop, here, state in entries:
        _validate(uid, loop, here, state, before, count)
        before = uid
        name = loop.encode()
        offset = known.get(loop, size)
        if offset == size:
            name_file.write(bytes([len(name)]) + name)
            size += 1 + len(name)
            if len(known) < _NAMES:
                known[loop] = offset
        roles = [i for i, role in enumerate(ROLES) if role in here]
        bits = sum([1 << i for i in roles]) | STATES.index(state) << 4
        file.write(struct.pack(_ENTRY, uid, len(uid), bits, offset))
        line = "%s,%s,%s,%s\n" % (hexlify(uid).decode(), loop, "".join([ROLES[i] for i in roles]), state)
        digest.update(line.encode())
        count += 1
    return count, size, hexlify(digest.digest())[:12]


def _validate(uid, loop, here, state, before, index):
    if len(uid) not in (4, 7, 10):
        wrong = "a uid has 4, 7 or 10 bytes, not %d" % len(uid)
    elif uid <= before:
        pair = (hexlify(uid).decode(), hexlify(before).decode())
        wrong = "sort the cards by uid, each once: %s comes after %s" % pair
    elif len(loop.encode()) > 255:
        wrong = "a loop's name has at most 255 bytes"
    elif state not in STATES:
        wrong = "state %s is none of %s" % (state, " ".join(STATES))
    elif [role for role in here if role not in ROLES]:
        wrong = "roles %s: only letters of %s" % (here, ROLES)
    else:
        return
    raise ValueError("card %d: %s" % (index + 1, wrong))


def _copy(source, target):
    while True:
        chunk = source.read(_CHUNK)
        if not chunk:
            return
        target.write(chunk)


def _check(file):
    """(version, hash, count) of a whole table file; ValueError when it is damaged."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _FOOTER_SIZE))
    footer = file.read()
    if len(footer) < _FOOTER_SIZE:
        raise ValueError("shorter than a card table")
    magic, version, digest, count, names_size, crc = struct.unpack(_FOOTER, footer)
    if magic != _MAGIC or count * _SIZE + names_size + _FOOTER_SIZE != size:
        raise ValueError("not a card table, or cut off")
    if crc32(footer[:-4], _crc(file, size - _FOOTER_SIZE)) != crc:
        raise ValueError("damaged (its CRC does not fit)")
    return version, digest, count


def _crc(file, length):
    file.seek(0)
    crc = 0
    while length > 0:
        chunk = file.read(min(_CHUNK, length))
        if not chunk:
            raise ValueError("cut off")
        crc = crc32(chunk, crc)
        length -= len(chunk)
    return crc
