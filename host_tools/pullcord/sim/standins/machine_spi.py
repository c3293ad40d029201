"""An SPI bus of the stand-in `machine`, which loads it on demand."""

import machine

_ENODEV = 19


class SPI:
    """Talks to what `world.spi[bus]` holds; ENODEV when nothing is attached there."""

    MSB, LSB = 0, 1

    def __init__(self, id=0, baudrate=1000000, polarity=0, phase=0, bits=8, firstbit=0, sck=None, mosi=None, miso=None):
        self._bus = id

    def _exchange(self, data):
        if self._bus not in machine.world.spi:
            raise OSError(_ENODEV, "nothing is attached")
        return machine.world.spi[self._bus].exchange(bytes(data))

    def init(self, **settings):
        pass

    def deinit(self):
        pass

    def write(self, data):
        self._exchange(data)

    def read(self, count, write=0):
        return self._exchange(bytes([write] * count))

    def readinto(self, buffer, write=0):
        buffer[:] = self.read(len(buffer), write)

    def write_readinto(self, data, buffer):
        buffer[:] = self._exchange(data)
