"""A pulse counter in a PIO state machine (RP2040 datasheet, 3.2 and 3.4; MicroPython docs, rp2.StateMachine).

The machine counts down in X. A level counts once it was there for 32 looks in a row, of four cycles each: `stable_ms`
sets the clock. To read, an IN with autopush is executed from outside, which does not disturb what it waits for (3.5.7).

All machines are in the first block of PIO, which has room for both programs once: the radio of a Pico W takes a machine
of the second one.
"""

# The assembler gives the names in the programs.
# ruff: noqa: F821
# mypy: ignore-errors

from array import array

import rp2

CYCLES = 128  # that a level must last; with fewer the clock of 30 ms would be slower than a PIO of 200 MHz can go


def _high():
    label("rest")
    wait(1, pin, 0)
    set(y, 31)
    label("on")
    jmp(pin, "held")
    jmp("rest")
    label("held")
    jmp(y_dec, "on")[2]
    jmp(x_dec, "counted")
    label("counted")
    wait(0, pin, 0)
    set(y, 31)
    label("off")
    jmp(pin, "counted")
    jmp(y_dec, "off")[2]


def _low():
    label("rest")
    wait(0, pin, 0)
    set(y, 31)
    label("on")
    jmp(pin, "rest")
    jmp(y_dec, "on")[2]
    jmp(x_dec, "counted")
    label("counted")
    wait(1, pin, 0)
    set(y, 31)
    label("off")
    jmp(pin, "held")
    jmp("counted")
    label("held")
    jmp(y_dec, "off")[2]


def counters(items: list, machine) -> list:
    programs = {}
    for level, program in (("high", _high), ("low", _low)):
        programs[level] = rp2.asm_pio(autopush=True, push_thresh=32)(program)
    return [Counter(number, item, machine, programs[item["active"]]) for number, item in enumerate(items)]


class Counter:
    """`program`: assembled once for all that count at the same level, so that it is loaded once."""

    PERIOD = 65536

    def __init__(self, number: int, item: dict, machine, program):
        pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
        pin = machine.Pin(item["pin"], machine.Pin.IN, pulls.get(item.get("pull", "up")))
        hertz = CYCLES * 1000 // item.get("stable_ms", 5)
        self._machine = rp2.StateMachine(number, program, freq=hertz, in_base=pin, jmp_pin=pin)
        self._look = rp2.asm_pio_encode("in_(x, 32)", 0)
        self._buffer = array("H", [0])
        self._machine.exec(rp2.asm_pio_encode("set(x, 0)", 0))
        self._machine.active(1)

    def value(self) -> int:
        self._machine.exec(self._look)
        if self._machine.rx_fifo():  # `get` would wait for ever
            self._machine.get(self._buffer)
        return -self._buffer[0] % self.PERIOD
