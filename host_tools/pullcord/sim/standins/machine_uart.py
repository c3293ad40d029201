"""A serial port of the stand-in `machine`, which loads it on demand."""

import machine

_UART_FIFO = 128  # ESP-IDF, uart_driver_install: the ring buffer is to be larger than the hardware's FIFO
_UART_MOST = 32766  # ports/rp2/machine_uart.c


class UART:
    """Talks to what `world.uart[id]` holds; what is written to nothing is gone, and nothing comes."""

    def __init__(self, id, baudrate=9600, tx=None, rx=None, timeout=0, rxbuf=256):
        if not _UART_FIFO < rxbuf <= _UART_MOST:
            raise OSError("rxbuf %d: an ESP32 takes more than %d, an RP2 up to %d" % (rxbuf, _UART_FIFO, _UART_MOST))
        self._id = id

    def _device(self):
        return machine.world.uart.get(self._id)

    def write(self, data):
        if self._device():
            self._device().write(bytes(data))
        return len(data)

    def read(self, count=-1):
        """What has come, or None."""
        return (self._device().read() or None) if self._device() else None

    def deinit(self):
        pass
