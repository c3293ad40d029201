"""Look cards up in a full table: `card_lookup.py REPOSITORY CARDS`. For MicroPython; prints JSON."""

import gc
import json
import os
import sys
import time

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

from ledger import format_flash, mount  # noqa: E402

from station.store import card_build, cards  # noqa: E402

ROUNDS = 500


def uid(i):
    return b"\x04" + (i * 0x9E3779B1).to_bytes(6, "big")


def entries(count):
    for i in range(count):
        yield uid(i), "loop-%03d" % (i % 40), "s", "full"


def measured(count):
    flash = format_flash(200)
    mount(flash, "/flash")
    gc.collect()
    before = gc.mem_alloc()
    card_build.build(entries(count), "/flash/cards", 1)
    read = flash.read_bytes
    table = cards.CardTable.open("/flash/cards")
    open_read = flash.read_bytes - read
    gc.collect()
    heap = gc.mem_alloc() - before
    read, started = flash.read_bytes, time.ticks_us()
    for i in range(ROUNDS):
        found = table.find(uid(i * 7 % count))
        assert found == ("loop-%03d" % (i * 7 % count % 40), "s", "full")
    took = time.ticks_diff(time.ticks_us(), started)
    assert table.find(b"\x04\x00\x00\x00\x00\x00\x01") is None
    return {
        "read_bytes_per_lookup": (flash.read_bytes - read) / ROUNDS,
        "us_per_lookup": took / ROUNDS,
        "heap_bytes": heap,
        "open_read_bytes": open_read,
        "flash_bytes": os.stat("/flash/cards/cards.bin")[6],
    }


print(json.dumps(measured(int(sys.argv[2]))))
