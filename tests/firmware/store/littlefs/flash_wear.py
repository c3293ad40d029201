"""What an event costs the flash: `flash_wear.py REPOSITORY EVENTS BLOCKS`. For MicroPython; prints JSON.

The journal: 250-byte events with a checkpoint of 100 bytes, a checkpoint saved alone for every 20th, receipts
that follow 30 events behind, a limit that makes it erase. The plain way: append to one file, flush, start a
new file at 64 KiB.
"""

import json
import os
import sys

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

import vfs  # noqa: E402
from ledger import UID, format_flash, mount  # noqa: E402

from pullcord.sim.flash import BLOCK, ERASE  # noqa: E402
from station.store.journal import Journal  # noqa: E402

EVENT = b"e" * 250
CHECKPOINT = b"c" * 100
LAG = 30


class Wear:
    """Erases of each block, and programmed bytes, from its making on."""

    def __init__(self, flash):
        self.flash = flash
        self.by_block = [0] * flash.blocks
        self.erases, self.bytes = flash.erases, flash.programmed_bytes
        flash.before = self.count

    def count(self, number, kind, offset, new):
        if kind == ERASE:
            self.by_block[offset // BLOCK] += 1

    def figures(self, events):
        return {
            "erases": (self.flash.erases - self.erases) / events,
            "bytes": (self.flash.programmed_bytes - self.bytes) / events,
            "worst_block": max(self.by_block) / events,
        }


def journal_way(events, blocks):
    flash = format_flash(blocks)
    mount(flash, "/flash")
    journal = Journal.open("/flash/journal", UID, os.urandom, 512 * 1024)
    wear = Wear(flash)
    for i in range(events):
        sequence = journal.append(EVENT, CHECKPOINT)
        if sequence > LAG:
            journal.receipt(journal.name, sequence - LAG, 1)
        if i % 20 == 0:
            journal.save_checkpoint(CHECKPOINT)
    assert journal.oldest > 1 or events < 2000
    vfs.umount("/flash")
    return wear.figures(events)


def plain_way(events, blocks):
    flash = format_flash(blocks)
    mount(flash, "/flash")
    wear = Wear(flash)
    file, size = open("/flash/log", "wb"), 0
    for _ in range(events):
        file.write(EVENT + CHECKPOINT)
        file.flush()
        size += len(EVENT + CHECKPOINT)
        if size > 65536:
            file.close()
            os.rename("/flash/log", "/flash/log.old")
            file, size = open("/flash/log", "wb"), 0
    file.close()
    vfs.umount("/flash")
    return wear.figures(events)


events, blocks = int(sys.argv[2]), int(sys.argv[3])
print(json.dumps({"journal": journal_way(events, blocks), "plain": plain_way(events, blocks)}))
