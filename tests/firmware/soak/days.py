"""Plays long hours on MicroPython: `micropython days.py <repository> <hours>`. Prints the figures as JSON at last."""

import gc
import json
import sys

repository, hours = sys.argv[1], int(sys.argv[2])
sys.path[:] = [
    repository + "/tests/firmware/soak",
    repository + "/host_tools/pullcord/sim/standins",
    repository + "/firmware",
    repository + "/host_tools",
    ".frozen",
]

from pullcord.sim import virtual_time  # noqa: E402, F401 (before the firmware: it puts its own `time` in place)

gc.threshold(8192)  # as main.py sets it on a board
from a_long_day import LongDay, growth_percent  # noqa: E402

figures = LongDay().play(hours)
figures["heap_growth_percent"] = round(growth_percent(figures["heap"]), 2)
print(json.dumps(figures))
