"""One record of the journal: an event, the checkpoint of its moment, and what the journal knew then."""

import struct
from binascii import crc32

MAGIC = b"J1"
LONGEST = 2000
_HEAD = "<2s8sIIIIIIIHHHH"
_SIZE = struct.calcsize(_HEAD)

# A record is a tuple. journal: 8 bytes; board: crc32 of the chip's uid; saves: how many checkpoints were saved alone
# since `sequence`; through, epoch: the latest receipt; kept: everything up to here is in segments, `segments` of them,
# the first beginning with event `oldest`; fill: bytes that the events after `kept` will take in one; then two of bytes.
JOURNAL, BOARD, SEQUENCE, SAVES, THROUGH, EPOCH, KEPT, OLDEST, SEGMENTS, FILL, EVENT, CHECKPOINT = range(12)


def packed(record) -> tuple:
    """The bytes, in pieces: a heap may have no room for them together.

    ValueError when event or checkpoint is longer than a record takes (2,000 bytes each).
    """
    event, checkpoint = record[EVENT], record[CHECKPOINT]
    if len(event) > LONGEST or len(checkpoint) > LONGEST:
        raise ValueError(
            "event of %d and checkpoint of %d bytes: at most %d each" % (len(event), len(checkpoint), LONGEST)
        )
    head = struct.pack(_HEAD, MAGIC, *record[:EVENT], len(event), len(checkpoint))
    return head, event, checkpoint, struct.pack("<I", crc32(checkpoint, crc32(event, crc32(head))))


def read(file):
    """The record in an open file, False when that is empty; ValueError when it is torn or damaged."""
    head = file.read(_SIZE)
    if not head:
        return False
    fields = struct.unpack(_HEAD, head) if len(head) == _SIZE else ()
    if not fields or max(fields[11:]) > LONGEST:
        raise ValueError("damaged")
    event, checkpoint = file.read(fields[11]), file.read(fields[12])
    if file.read(5) != struct.pack("<I", crc32(checkpoint, crc32(event, crc32(head)))):
        raise ValueError("damaged")
    if fields[0] != MAGIC:
        raise ValueError("of another format")
    return fields[1:11] + (event, checkpoint)
