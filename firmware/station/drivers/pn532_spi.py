"""The PN532's SPI: the lowest bit first, and a byte in front that says what follows (UM0701-02, 6.2.5)."""

from .pn532 import Pn532, unwrap
from .spi import Device

_NIBBLES = b"\x00\x08\x04\x0c\x02\x0a\x06\x0e\x01\x09\x05\x0d\x03\x0b\x07\x0f"
_LONGEST = 48  # two cards with ten bytes each take 38


def open_spi(item: dict, machine) -> Pn532:
    return Pn532(item, machine, Wire(machine, item["bus"]))


class Wire:
    def __init__(self, machine, bus: dict):
        self._device = Device(machine, bus)

    def wake(self) -> None:
        """The falling select line does: 7.2.11."""
        self._exchange(b"\x02\x00")

    def write(self, frame: bytes) -> None:
        self._exchange(b"\x01" + frame)

    def read(self):
        if not self._exchange(b"\x02\x00")[1] & 1:
            return None
        body, _ = unwrap(self._exchange(b"\x03" + bytes(_LONGEST))[1:])
        if body is None:
            raise ValueError("no frame")
        return body

    def _exchange(self, data: bytes) -> bytes:
        return _mirrored(self._device.exchange(bytearray(_mirrored(data))))


def _mirrored(data) -> bytes:
    """MicroPython's SPI of the RP2 only knows the highest bit first."""
    return bytes([_NIBBLES[byte & 15] << 4 | _NIBBLES[byte >> 4] for byte in data])
