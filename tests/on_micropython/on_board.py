"""Runs the tests of one file on MicroPython: `micropython on_board.py <repository> <file>`.

Prints `::pass NAME` or `::fail NAME` for each test, a traceback below each failure, and `::end` at the end.
"""

import gc
import sys

repository, file = sys.argv[1], sys.argv[2]
folder, name = file[:-3].rsplit("/", 1)
sys.path[:] = [
    folder,
    repository + "/host_tools/pullcord/sim/standins",
    repository + "/firmware",
    repository + "/host_tools",
    ".frozen",
]

from pullcord.sim import virtual_time  # noqa: E402, F401 (before the firmware: it puts its own `time` in place)

module = __import__(name)
for test in sorted(dir(module)):
    if test.startswith("test_"):
        gc.collect()
        try:
            getattr(module, test)()
            print("::pass " + test)
        except Exception as error:  # noqa: BLE001 (whatever a test raises is its failure)
            print("::fail " + test)
            sys.print_exception(error, sys.stdout)
print("::end")
