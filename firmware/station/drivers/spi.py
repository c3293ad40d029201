"""One chip on an SPI bus; others may be on the same bus with a select pin of their own."""


class Device:
    """`bus`: numbers of the SPI and of its pins sck, mosi, miso and cs. Mode 0, the highest bit first."""

    def __init__(self, machine, bus: dict):
        pin = machine.Pin
        # slow: reader modules hang on half a metre of loose wire
        self._spi = machine.SPI(
            bus["spi"], baudrate=1000000, sck=pin(bus["sck"]), mosi=pin(bus["mosi"]), miso=pin(bus["miso"])
        )
        self._cs = pin(bus["cs"], pin.OUT, value=1)

    def exchange(self, data: bytearray) -> bytearray:
        """Sends `data` and puts what comes back in its place."""
        self._cs.value(0)
        self._spi.write_readinto(data, data)
        self._cs.value(1)
        return data
