"""Makes a card table and switches over to it: needed when the plant sends a new one, not while cards are tapped."""

import os
import struct
from binascii import crc32, hexlify
from errno import ENOENT
from hashlib import sha256

from station.store.aside import make
from station.store.card_check import CHUNK, FOOTER, MAGIC, check, crc_of
from station.store.cards import ENTRY, ROLES, SIZE, STATES

_NAMES = 64  # loops whose name is stored once; those beyond cost flash, not memory


def build(entries, directory: str, version: int) -> None:
    """Make `entries` the card table: (uid, loop, here, state), each uid once.

    A list is sorted here. Any other iterable must come in ascending order of uid, and streams: memory does
    not grow with the cards. The table in use stays until the new one was read back.
    ValueError names the entry that is wrong. OSError: the flash is full or fails.
    """
    if isinstance(entries, list):
        entries = sorted(entries)
    builder = Builder(directory)
    try:
        for entry in entries:
            builder.add(*entry)
        builder.finish(version)
    finally:
        builder.drop()


class Builder:
    """A table in the making, beside the one in use. `drop` it in the end, whatever became of it.

    The table's hash: first 12 hex digits of the SHA-256 over a line `uid in hex,loop,here,state` for each
    entry, `here` in the order "shrb".
    """

    def __init__(self, directory: str):
        make(directory)
        _forget_older(directory)
        self._directory = directory
        self._new, self._names = directory + "/cards.new", directory + "/names.new"
        self._file = open(self._new, "wb")
        self._name_file = open(self._names, "wb")
        self._count = self._size = 0
        self._before = b""
        self._known = {}
        self._digest = sha256()

    def add(self, uid: bytes, loop: str, here: str, state: str) -> None:
        """The next entry, in ascending order of uid."""
        _validate(uid, loop, here, state, self._before, self._count)
        self._before = uid
        name = loop.encode()
        offset = self._known.get(loop, self._size)
        if offset == self._size:
            self._name_file.write(bytes([len(name)]) + name)
            self._size += 1 + len(name)
            if len(self._known) < _NAMES:
                self._known[loop] = offset
        roles = [i for i, role in enumerate(ROLES) if role in here]
        bits = sum([1 << i for i in roles]) | STATES.index(state) << 4
        self._file.write(struct.pack(ENTRY, uid, len(uid), bits, offset))
        line = "%s,%s,%s,%s\n" % (hexlify(uid).decode(), loop, "".join([ROLES[i] for i in roles]), state)
        self._digest.update(line.encode())
        self._count += 1

    def finish(self, version: int, wanted: str = "") -> None:
        """Switch over to it. `wanted`: the hash that it must have; ValueError when it has another."""
        digest = hexlify(self._digest.digest())[:12]
        if wanted and digest.decode() != wanted:
            raise ValueError("the hash of its cards is %s, not %s" % (digest.decode(), wanted))
        self._name_file.close()
        with open(self._names, "rb") as names:
            _copy(names, self._file)
        self._file.close()
        with open(self._new, "rb") as file:
            crc = crc_of(file, self._count * SIZE + self._size)
        footer = struct.pack(FOOTER, MAGIC, version, digest, self._count, self._size, 0)[:-4]
        with open(self._new, "ab") as file:
            file.write(footer + crc32(footer, crc).to_bytes(4, "little"))
        with open(self._new, "rb") as file:
            check(file)
        _switch(self._directory, self._new)

    def drop(self) -> None:
        """Let go of its files; what is not finished is gone."""
        for file in (self._file, self._name_file):
            file.close()
        for path in (self._new, self._names):
            try:
                os.remove(path)
            except OSError:
                pass  # finished: it is the table now


def _forget_older(directory):
    """The flash has room for two tables: while one is made, only the one in use lies beside it."""
    try:
        with open(directory + "/cards.bin", "rb") as file:
            check(file)
        os.remove(directory + "/cards.old")
    except (ValueError, OSError):
        return  # there is none, or it is damaged: then the older one is in use


def _switch(directory, new):
    """Rename only, remove nothing first: at every moment one of the two names is a whole table."""
    current = directory + "/cards.bin"
    try:
        os.rename(current, directory + "/cards.old")
    except OSError as error:
        if error.errno != ENOENT:
            raise
    os.rename(new, current)


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
        chunk = source.read(CHUNK)
        if not chunk:
            return
        target.write(chunk)
