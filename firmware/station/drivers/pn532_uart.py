"""The PN532's serial port: 115,200 baud, frames as they are (UM0701-02, 6.2.3)."""

from .pn532 import Pn532, unwrap


def open_uart(item: dict, machine) -> Pn532:
    return Pn532(item, machine, Wire(machine, item["bus"]))


class Wire:
    def __init__(self, machine, bus: dict):
        pin = machine.Pin
        # an ESP32 takes no buffer as small as the 128 bytes of its FIFO
        self._uart = machine.UART(bus["uart"], 115200, tx=pin(bus["tx"]), rx=pin(bus["rx"]), timeout=0, rxbuf=256)
        self._rest = b""

    def wake(self) -> None:
        """A long preamble does: 7.2.11."""
        self._uart.write(b"\x55\x55" + bytes(14))

    def write(self, frame: bytes) -> None:
        self._uart.read()
        self._rest = b""
        self._uart.write(frame)

    def read(self):
        self._rest += self._uart.read() or b""
        body, self._rest = unwrap(self._rest)
        return body
