"""The board's Ethernet."""

from station.net.network import Interface


class Ethernet(Interface):
    name = "Ethernet"

    def __init__(self, interface, pins, options):
        super().__init__()
        self._interface = interface
        self._pins = pins
        self._options = options

    def _make(self):
        import machine
        import network

        pins = {name: machine.Pin(number) for name, number in self._pins.items()}
        return getattr(network, self._interface)(**pins, **self._options)

    def _join(self):
        self._board.active(True)
