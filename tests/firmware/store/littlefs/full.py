"""A flash smaller than the journal's limit: `full.py REPOSITORY BLOCKS`. For MicroPython; prints JSON.

Appends until the file system has no space left, reboots, reads everything, then goes on after a receipt.
"""

import json
import os
import sys

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

import vfs  # noqa: E402
from ledger import UID, format_flash, mount  # noqa: E402

from station.store.journal import Journal, JournalFull  # noqa: E402


def opened():
    return Journal.open("/flash/journal", UID, os.urandom, 1024 * 1024)


def event(sequence):
    return b"%06d" % sequence + b"e" * 244


def fill(journal, most):
    """How many of `most` events found space."""
    for count in range(most):
        try:
            journal.append(event(journal.next), b"c" * 100)
        except (OSError, JournalFull):
            return count
    return most


flash = format_flash(int(sys.argv[2]))
mount(flash, "/flash")
confirmed = fill(opened(), 10_000)
vfs.umount("/flash")
mount(flash, "/flash")
journal = opened()
assert journal.next == confirmed + 1, journal.next
readable = len([1 for sequence in range(1, confirmed + 1) if journal.read(sequence) == event(sequence)])
journal.receipt(journal.name, confirmed, 1)
appended = 0
for _ in range(200):
    appended += fill(journal, 1)
    journal.receipt(journal.name, journal.next - 1, 1)
print(json.dumps({"confirmed": confirmed, "readable_after": readable, "appended_after_receipt": appended}))
