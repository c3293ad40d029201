"""Makes a card table and switches over to it: needed when the plant sends a new one, not while cards are tapped."""

import os
import struct
from binascii import crc32, hexlify
from errno import ENOENT
from hashlib import sha256

from station.store.aside import make
from station.store.cards import CHUNK, ENTRY, FOOTER, MAGIC, ROLES, SIZE, STATES, check, crc_of

_NAMES = 64  # loops whose name is stored once; those beyond cost flash, not memory


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
        crc = crc_of(file, count * SIZE + names_size)
    footer = struct.pack(FOOTER, MAGIC, version, digest, count, names_size, 0)[:-4]
    with open(new, "ab") as file:
        file.write(footer + crc32(footer, crc).to_bytes(4, "little"))
    with open(new, "rb") as file:
        check(file)
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
        file.write(struct.pack(ENTRY, uid, len(uid), bits, offset))
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
        chunk = source.read(CHUNK)
        if not chunk:
            return
        target.write(chunk)
