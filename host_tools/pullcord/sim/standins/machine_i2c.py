"""An I2C bus of the stand-in `machine`, which loads it on demand."""

import machine

_ENODEV, _ETIMEDOUT = 19, 110


class I2C:
    """Finds what `world.i2c[address]` holds; ENODEV when nothing is attached there."""

    def __init__(self, id=0, scl=None, sda=None, freq=400000, timeout=50000):
        pass

    def _device(self, address):
        if machine.world.held:
            raise OSError(_ETIMEDOUT, "the bus is held")
        device = machine.world.i2c.get(address)
        if device is None or not getattr(device, "plugged", True):
            raise OSError(_ENODEV, "nothing is attached")
        return device

    def _write(self, address, data):
        self._device(address).write(data)
        machine.world.i2c_written(address)

    def scan(self):
        return sorted(machine.world.i2c)

    def writeto(self, address, data, stop=True):
        self._write(address, bytes(data))
        return len(data)

    def readfrom(self, address, count, stop=True):
        return self._device(address).read(count)

    def readfrom_into(self, address, buffer, stop=True):
        buffer[:] = self._device(address).read(len(buffer))

    def writeto_mem(self, address, register, data, addrsize=8):
        self._write(address, bytes([register]) + bytes(data))

    def readfrom_mem(self, address, register, count, addrsize=8):
        self._device(address).write(bytes([register]))
        return self._device(address).read(count)
