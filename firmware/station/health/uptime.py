"""Milliseconds since boot that never wrap, made from the board's ticks that do."""

import time


class Uptime:
    """Ask it at least once in six days (half the tick period of 2**30 ms)."""

    def __init__(self):
        self._ticks = time.ticks_ms()
        self._ms = 0

    def ms(self) -> int:
        ticks = time.ticks_ms()
        self._ms += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._ms
