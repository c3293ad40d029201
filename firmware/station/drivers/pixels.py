"""A stack light of addressable LEDs (WS2812): tiers of so many LEDs. MicroPython's `neopixel` makes the pulses.

A WS2812 keeps its colour until it is told another (Worldsemi WS2812B datasheet): the whole chain is written
again every second, so that one that lost its supply for a moment, or took a spike for data, does not go on lying.
"""

import time

COLOURS = {"red": (1, 0, 0), "yellow": (1, 0.5, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "white": (1, 1, 1)}
AGAIN_MS = 1000


class PixelLights:
    """`light["pins"]`: place of each tier from the near end, or for a light that has all colours the channel."""

    def __init__(self, light: dict, machine):
        import neopixel

        chain = light["pixels"]
        self.names = sorted(light["pins"])
        self.outputs = {}  # none that could be read back
        self._places = light["pins"]
        self._rgb = light["kind"] == "rgb"
        self._each = chain["each"]
        self._full = chain["brightness"]
        count = self._each * (1 if self._rgb else len(self.names))
        self._strip = neopixel.NeoPixel(machine.Pin(chain["pin"], machine.Pin.OUT), count)
        self._shown: list = []
        self._at = time.ticks_ms()
        self.show({})

    def show(self, lit: dict) -> None:
        shown = [lit.get(name, False) for name in self.names]
        now = time.ticks_ms()
        if shown == self._shown and time.ticks_diff(now, self._at) < AGAIN_MS:
            return
        self._shown, self._at = shown, now
        if self._rgb:
            self._tier(0, (lit.get("red", False), lit.get("green", False), lit.get("blue", False)))
        else:
            for name in self.names:
                self._tier(self._places[name], COLOURS[name] if lit.get(name, False) else (0, 0, 0))
        self._strip.write()

    def _tier(self, place: int, colour) -> None:
        colour = tuple([int(part * self._full) for part in colour])
        for at in range(place * self._each, (place + 1) * self._each):
            self._strip[at] = colour
