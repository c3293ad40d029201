"""Whether a card table is whole. Loaded when one is opened or made, and forgotten again."""

import struct
from binascii import crc32
from errno import ENOENT

from station.store.cards import SIZE

FOOTER = "<4sI12sIII"  # magic, version, hash, count, length of the names, crc32 of all before
FOOTER_SIZE = 32
MAGIC = b"CT1\n"
CHUNK = 512


def enter(table, directory):
    """Use the card table in `directory`, or the one before when that is damaged."""
    for name in ("cards.bin", "cards.old"):
        try:
            _use(table, directory + "/" + name)
            break
        except ValueError as error:
            table.findings.append("%s/%s: %s" % (directory, name, error))
        except OSError as error:
            if error.errno != ENOENT:
                table.findings.append("%s/%s: cannot be read (%s)" % (directory, name, error))


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


def _use(table, path):
    file = open(path, "rb")
    try:
        version, digest, count = check(file)
    except ValueError:
        file.close()
        raise
    table.file, table.version, table.hash, table.count = file, version, digest.decode(), count
