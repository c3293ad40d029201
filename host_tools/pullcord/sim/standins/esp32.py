"""Stand-in for MicroPython's `esp32`: the pulse counter. It sees the pins, also while interrupts are masked."""

import time

import machine

_CLOCK_PER_US = 80


class PCNT:
    IGNORE, INCREMENT, DECREMENT = 0, 1, 2

    def __init__(self, id, pin=None, rising=0, falling=0, filter=0, max=0):
        self._id, self._rising, self._falling, self._max = pin.id, rising, falling, max
        self._filter_us = filter / _CLOCK_PER_US
        self._value, self._runs = 0, False
        self._level = machine.world.levels.get(self._id, 0)
        self._since = time.ticks_us()
        machine.world.before_edge.setdefault(self._id, []).append(self._look)

    def start(self):
        self._runs = True

    def value(self):
        self._look()
        return self._value

    def _look(self):
        """A level that was shorter than the filter was none."""
        now, level = time.ticks_us(), machine.world.levels.get(self._id, 0)
        lasted = time.ticks_diff(now, self._since)
        self._since = now
        if level == self._level or lasted < self._filter_us:
            return
        self._level = level
        if self._runs and (self._rising if level else self._falling) == self.INCREMENT:
            self._value += 1
            if self._value == self._max:
                self._value = 0
