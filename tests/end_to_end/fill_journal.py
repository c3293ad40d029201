"""Puts a backlog into a station's journal, as a long outage does: with VirtualStation.run_on_flash.

One line of JSON at its standard input: {"firmware", "flash", "size", "sim": folder of the simulator, "uid", "station",
"limit_kb", "count", "since": UTC ms of the first event or null for a clock that was never set}. One event a minute.
"""

import json
import os
import sys

ARGUMENTS = json.loads(sys.stdin.readline())
sys.path.insert(0, ARGUMENTS["sim"])
from station_side import mount, set_paths  # noqa: E402

set_paths(ARGUMENTS["sim"], ARGUMENTS["firmware"])
from station.core.events import Draft, encode  # noqa: E402
from station.store.journal import Journal  # noqa: E402

MINUTE_MS = 60000
BOOT = 0  # the station counts its own from 1


def event(journal, number):
    data = {"cycle_ms": 59000 + number % 2000, "takt_ms": MINUTE_MS, "count": number, "ahead_ms": -number % 5000}
    since, uptime = ARGUMENTS["since"], number * MINUTE_MS
    at, clock = (None, "unset") if since is None else (since + uptime, "holdover")
    draft = Draft("cycle.completed", data).stamp(BOOT, uptime, at, clock)
    return encode(draft, journal.name, journal.next, ARGUMENTS["station"])


def fill():
    root = mount(ARGUMENTS["flash"], ARGUMENTS["size"], 0)
    uid = bytes.fromhex(ARGUMENTS["uid"])
    journal = Journal.open(root + "/journal", uid, os.urandom, ARGUMENTS["limit_kb"] * 1024)
    for number in range(ARGUMENTS["count"]):
        journal.append(event(journal, number), b"")
    journal.close()


fill()
