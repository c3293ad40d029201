"""Makes a large card table on a station's flash: with VirtualStation.run_on_flash.

One line of JSON at its standard input: {"firmware", "flash", "size", "sim": folder of the simulator, "count"}. Card
number i has the uid 04, then i x 1,000,003 in six bytes; each is of one of forty loops, and may signal here.
"""

import json
import sys

ARGUMENTS = json.loads(sys.stdin.readline())
sys.path.insert(0, ARGUMENTS["sim"])
from station_side import mount, set_paths  # noqa: E402

set_paths(ARGUMENTS["sim"], ARGUMENTS["firmware"])
from station.store import card_build  # noqa: E402


def entries(count):
    for i in range(count):
        yield b"\x04" + (i * 1000003).to_bytes(6, "big"), f"loop-{i % 40:03}", "s", "full"


card_build.build(entries(ARGUMENTS["count"]), mount(ARGUMENTS["flash"], ARGUMENTS["size"], 0) + "/cards", 1)
