"""The station's app ten times as fast, on MicroPython: its clock, its waits and its sleeps are replaced.

asyncio's scheduler, written in C, stamps ready tasks with real ticks. So this clock runs 2**27 ms ahead of the real
one: such a task is always due, and runs before any that sleeps.
"""

import sys
import time

SPEED = 10
_AHEAD = 2**27
_PERIOD = 2**30


class _Time:
    """Stands in for the module `time`."""

    def __init__(self, real):
        self._real = real
        self._base = real.ticks_ms()

    def __getattr__(self, name):
        return getattr(self._real, name)

    def ticks_ms(self):
        gone = self._real.ticks_diff(self._real.ticks_ms(), self._base)
        return (self._base + _AHEAD + gone * SPEED) % _PERIOD

    def sleep_ms(self, ms):
        self._real.sleep_us(ms * 1000 // SPEED)


def main(root, extra_tasks=()):
    from asyncio import core

    sys.modules["time"] = _Time(time)
    core.ticks = sys.modules["time"].ticks_ms

    class HurriedQueue(core.IOQueue):
        def wait_io_event(self, dt):
            # dt -1: until something comes
            super().wait_io_event(max(1, dt // SPEED) if dt > 0 else dt)

    core._io_queue = HurriedQueue()
    # asyncio makes a plain queue for each new event loop
    core.IOQueue = HurriedQueue

    import main as station

    station.main(root, extra_tasks)
