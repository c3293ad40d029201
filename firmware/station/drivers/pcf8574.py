"""PCF8574: eight quasi-bidirectional pins. TI datasheet SCPS068J, 8.3 and 8.4: a pin that is high is a weak pull-up and
can be read; after power-on all are high. So lights are wired to be lit by low, and inputs close to ground."""

PINS = 8


class Pcf8574:
    """`outputs`: mask of the pins that are driven, all others are inputs."""

    def __init__(self, bus, address: int, outputs: int):
        self._bus = bus
        self._address = address
        self._inputs = 0xFF & ~outputs

    def exchange(self, levels: int) -> int:
        """Drive the outputs, return all levels. The whole state is written each time: a brown-out heals by itself."""
        self._bus.write(self._address, bytes([levels & 0xFF | self._inputs]))
        return self._bus.read(self._address, 1)[0]
