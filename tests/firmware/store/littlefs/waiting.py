"""What waits costs nothing to open: `waiting.py REPOSITORY BLOCKS LIMIT EVENTS`. On MicroPython; prints JSON.

Fills a journal with 250-byte events of which none has a receipt, beside files as a station has them, and at
every 97th mounts and opens again: bytes that open() read, and heap in use by the open journal.
"""

import gc
import json
import os
import sys

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

import vfs  # noqa: E402
from ledger import UID, format_flash, mount  # noqa: E402

from station.store import atomic  # noqa: E402
from station.store.journal import Journal  # noqa: E402

blocks, limit, events = [int(word) for word in sys.argv[2:5]]
flash = format_flash(blocks)


def event(sequence):
    return b"%08d" % sequence + b"e" * 242


def opened():
    gc.collect()
    before, read = gc.mem_alloc(), flash.read_bytes
    journal = Journal.open("/flash/journal", UID, os.urandom, limit)
    read = flash.read_bytes - read
    gc.collect()
    return journal, read, gc.mem_alloc() - before


mount(flash, "/flash")
for name, size in (("main.py", 400), ("config.json", 1800), ("secrets.json", 150)):
    with open("/flash/" + name, "wb") as file:
        file.write(b"x" * size)
for i in range(7):
    atomic.save("/flash/boot", b"%d" % i)
Journal.open("/flash/journal", UID, os.urandom, limit)
journal, read, heap = opened()
reads, heaps = [read], [heap]
for sequence in range(1, events + 1):
    assert journal.append(event(sequence), b"c" * 100) == sequence
    if sequence % 97 == 0:
        journal = None
        vfs.umount("/flash")
        mount(flash, "/flash")
        journal, read, heap = opened()
        reads.append(read)
        heaps.append(heap)
        assert (journal.next, journal.depth, journal.findings) == (sequence + 1, sequence, [])
for sequence in range(1, events + 1):
    assert journal.read(sequence) == event(sequence)
free = os.statvfs("/flash")[3]
print(
    json.dumps(
        {
            "open_read_bytes": max(reads),
            "heap_bytes": [heaps[0], max(heaps)],
            "free_blocks": free,
            "used_percent": journal.used_percent,
        }
    )
)
