"""The board's Ethernet."""

from station.net.network import Interface


class Ethernet(Interface):
    name = "Ethernet"

    def __init__(self, link):
        super().__init__()
        self._link = link

    def _make(self):
        import machine
        import network

        link = self._link
        options = {name: machine.Pin(number) for name, number in link.get("pins", {}).items()}
        for name, constant in link.get("constants", {}).items():
            options[name] = getattr(network if hasattr(network, constant) else machine.Pin, constant)
        return getattr(network, link.get("interface", "LAN"))(**options, **link.get("options", {}))

    def _join(self):
        self._board.active(True)
