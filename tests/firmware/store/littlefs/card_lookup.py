"""Look cards up in a full table, and replace it: `card_lookup.py REPOSITORY CARDS`. For MicroPython; prints JSON."""

import gc
import json
import os
import sys
import time

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

import vfs  # noqa: E402
from ledger import format_flash, mount  # noqa: E402

from pullcord.sim.cuts import PowerCut, Ram  # noqa: E402
from pullcord.sim.flash import Flash  # noqa: E402
from station.store import card_build, cards  # noqa: E402

ROUNDS = 500
CUTS = 40  # spread over the making of a table, and as many at its end
BLOCKS = 200


def uid(i):
    return b"\x04" + (i * 1000003).to_bytes(6, "big")


def entries(count, state="full"):
    for i in range(count):
        yield uid(i), "loop-%03d" % (i % 40), "s", state


def used_bytes():
    block, _, blocks, free = os.statvfs("/flash")[:4]
    return block * (blocks - free)


def looked_up(flash, count):
    gc.collect()
    before = gc.mem_alloc()
    table = cards.CardTable.open("/flash/cards")
    gc.collect()
    heap = gc.mem_alloc() - before
    reads, read, started = flash.reads, flash.read_bytes, time.ticks_us()
    for i in range(ROUNDS):
        found = table.find(uid(i * 7 % count))
        assert found == ("loop-%03d" % (i * 7 % count % 40), "s", "full")
    took = time.ticks_diff(time.ticks_us(), started)
    assert table.find(b"\x04\x00\x00\x00\x00\x00\x01") is None
    figures = {
        "flash_reads_per_lookup": (flash.reads - reads) / ROUNDS,
        "read_bytes_per_lookup": (flash.read_bytes - read) / ROUNDS,
        "ms_per_lookup": took / ROUNDS / 1000,
        "heap_bytes": heap,
    }
    table.close()
    return figures


def replaced(flash, count):
    """The most flash that was in use while a table took the place of another, and the operations that it took."""
    peak = [0]

    def watched():
        yield from entries(count, "empty")
        peak[0] = used_bytes()

    before = flash.operations
    card_build.build(watched(), "/flash/cards", 2)
    return max(peak[0], used_bytes()), flash.operations - before


def cut(image, at, count):
    """Replace the table and cut the power at that operation; the version that is there after it, 0 for none."""
    flash = Flash(Ram(len(image), bytearray(image)), BLOCKS)
    mount(flash, "/flash")
    flash.cut_at = flash.operations + at
    try:
        card_build.build(entries(count, "empty"), "/flash/cards", 2)
    except (PowerCut, OSError):
        if not flash.dead:
            raise
    vfs.umount("/flash")
    mount(Flash(flash.cells, BLOCKS), "/flash")
    table = cards.CardTable.open("/flash/cards")
    found = table.find(uid(count // 2))
    good = table.version and table.count == count and found[2] == ("full", "empty")[table.version - 1]
    table.close()
    vfs.umount("/flash")
    return table.version if good else 0


def measured(count):
    flash = format_flash(BLOCKS)
    mount(flash, "/flash")
    card_build.build(entries(count), "/flash/cards", 1)
    figures = looked_up(flash, count)
    figures["flash_bytes"] = os.stat("/flash/cards/cards.bin")[6]
    vfs.umount("/flash")
    image = bytes(flash.cells.load(0, BLOCKS * 4096))
    mount(flash, "/flash")
    figures["switch_peak_bytes"], operations = replaced(flash, count)
    vfs.umount("/flash")
    spread, last = range(1, operations, operations // CUTS + 1), range(max(1, operations - CUTS), operations + 1)
    versions = [cut(image, at, count) for at in sorted(set(spread) | set(last))]
    figures["cuts"], figures["cuts_without_a_table"] = len(versions), versions.count(0)
    figures["cuts_that_left_the_old_one"] = versions.count(1)
    return figures


print(json.dumps(measured(int(sys.argv[2]))))
