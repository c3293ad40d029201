"""Pins that are driven: lights and the permit relay. A pin is written only when it changes."""


import time

BLOCKED_MS = 250  # what is lit is looked at every 125 ms


class Output:
    """One pin, off from the first moment."""

    def __init__(self, number: int, active: str, machine):
        self._lit = 1 if active == "high" else 0
        self._pin = machine.Pin(number, machine.Pin.OUT, value=1 - self._lit)
        self.on = False

    def set(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            self._pin.value(self._lit if on else 1 - self._lit)


class Lights:
    def __init__(self, pins: dict, active: str, machine):
        self.names = sorted(pins)
        self.outputs = {name: Output(pins[name], active, machine) for name in self.names}
        self._shown_at = time.ticks_ms()

    def show(self, lit: dict) -> None:
        self._shown_at = time.ticks_ms()
        for name in self.names:
            self.outputs[name].set(lit.get(name, False))

    def felt(self, ticks: int) -> None:
        """By the interrupt of a call: yellow at once, when something blocks and nobody else can answer the hand."""
        if time.ticks_diff(ticks, self._shown_at) > BLOCKED_MS and "yellow" in self.outputs:
            self.outputs["yellow"].set(True)
