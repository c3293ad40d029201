"""Plays long hours on MicroPython: `micropython days.py <repository> <hours> <flash>`. Prints figures as JSON at last.

`flash`: a file for the cells of the flash. In the heap, each collection would look through all of them.
"""

import gc
import json
import sys

repository, hours, flash = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sys.path[:] = [
    repository + "/tests/firmware/soak",
    repository + "/host_tools/pullcord/sim/standins",
    repository + "/firmware",
    repository + "/host_tools",
    ".frozen",
]

from pullcord.sim import virtual_time  # noqa: E402, F401 (before the firmware: it puts its own `time` in place)

gc.threshold(32768)  # plant and hand are looked through with each collection, too: on a board, main.py sets 8192
from a_long_day import LongDay, growth_percent  # noqa: E402

from pullcord.sim.flash import File  # noqa: E402
from pullcord.sim.harness import FLASH_BYTES  # noqa: E402

figures = LongDay(File(flash, FLASH_BYTES)).play(hours)
figures["heap_growth_percent"] = round(growth_percent(figures["heap"]), 2)
print(json.dumps(figures))
