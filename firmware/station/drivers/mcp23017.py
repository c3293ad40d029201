"""MCP23017: sixteen pins, each an input or an output. Microchip DS20001952C, table 3-3 (registers, IOCON.BANK = 0).

After power-on all pins are inputs without pull-up, so nothing is driven until the station says so.
"""

PINS = 16
IODIR, GPPU, GPIO, OLAT = 0x00, 0x0C, 0x12, 0x14  # of port A; port B follows each


class Mcp23017:
    """`outputs`: mask of the pins that are driven; the others are inputs with pull-up. Bit 8 is GPB0."""

    def __init__(self, bus, address: int, outputs: int):
        self._bus = bus
        self._address = address
        self._inputs = 0xFFFF & ~outputs

    def exchange(self, levels: int) -> int:
        """Drive the outputs, return all levels. The chip that was reset in between is set up again."""
        self._write(OLAT, levels)
        if self._read(IODIR) != self._inputs or self._read(GPPU) != self._inputs:
            self._write(GPPU, self._inputs)
            self._write(IODIR, self._inputs)
        return self._read(GPIO)

    def _write(self, register: int, value: int) -> None:
        self._bus.write(self._address, bytes([register, value & 0xFF, value >> 8 & 0xFF]))

    def _read(self, register: int) -> int:
        self._bus.write(self._address, bytes([register]))
        low, high = self._bus.read(self._address, 2)
        return low | high << 8
