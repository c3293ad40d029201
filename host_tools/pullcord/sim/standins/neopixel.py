"""Stand-in for MicroPython's `neopixel`: write() shows the colours to the World."""

import machine


class NeoPixel:
    def __init__(self, pin, n, bpp=3, timing=1):
        self.pin, self.n, self.bpp = pin, n, bpp
        self._colours = [(0,) * bpp] * n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        return self._colours[index]

    def __setitem__(self, index, colour):
        self._colours[index] = tuple(colour)

    def fill(self, colour):
        self._colours = [tuple(colour)] * self.n

    def write(self):
        machine.world.pixels(self.pin.id, [list(colour) for colour in self._colours])
