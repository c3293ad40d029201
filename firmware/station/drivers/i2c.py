"""An I2C bus that is opened again when it hangs."""

import time

HERTZ = 100000
TIMEOUT_US = 3000  # a byte takes 90 us; nobody here stretches the clock for long
HALF_US = 5
CLOCKS = 9


class Bus:
    """`item`: `i2c`, `scl`, `sda` of the config. Reading and writing raise OSError when nobody answers."""

    def __init__(self, item: dict, machine):
        self._item = item
        self._machine = machine
        self._open()

    def write(self, address: int, data: bytes) -> None:
        self._i2c.writeto(address, data)

    def read(self, address: int, count: int) -> bytes:
        return self._i2c.readfrom(address, count)

    def recover(self) -> None:
        """A chip that was cut off in the middle of a byte holds SDA low: nine clocks let it finish, then a stop.

        NXP UM10204 (I2C-bus specification), 3.1.16 bus clear.
        """
        pin = self._machine.Pin
        scl, sda = pin(self._item["scl"], pin.OPEN_DRAIN, value=1), pin(self._item["sda"], pin.OPEN_DRAIN, value=1)
        for _ in range(CLOCKS):
            if sda.value():
                break
            self._clock(scl)
        sda.value(0)
        time.sleep_us(HALF_US)
        scl.value(1)
        time.sleep_us(HALF_US)
        sda.value(1)
        self._open()

    def _clock(self, scl) -> None:
        for level in (0, 1):
            scl.value(level)
            time.sleep_us(HALF_US)

    def _open(self) -> None:
        item, machine = self._item, self._machine
        scl, sda = machine.Pin(item["scl"]), machine.Pin(item["sda"])
        self._i2c = machine.I2C(item["i2c"], scl=scl, sda=sda, freq=HERTZ, timeout=TIMEOUT_US)
