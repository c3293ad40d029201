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


def pack(record) -> bytes:
    """ValueError when event or checkpoint is longer than a record takes (2,000 bytes each)."""
    event, checkpoint = record[EVENT], record[CHECKPOINT]
    if len(event) > LONGEST or len(checkpoint) > LONGEST:
        raise ValueError(
            "event of %d and checkpoint of %d bytes: at most %d each" % (len(event), len(checkpoint), LONGEST)
        )
    data = struct.pack(_HEAD, MAGIC, *record[:EVENT], len(event), len(checkpoint)) + event + checkpoint
    return data + struct.pack("<I", crc32(data))


def unpack(data: bytes):
    """The record in `data`; ValueError when it is torn or damaged."""
    if len(data) < _SIZE + 4 or struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]):
        raise ValueError("damaged")
    fields = struct.unpack(_HEAD, data[:_SIZE])
    middle = _SIZE + fields[11]
    if fields[0] != MAGIC or middle + fields[12] + 4 != len(data):
        raise ValueError("of another format")
    return fields[1:11] + (data[_SIZE:middle], data[middle:-4])
