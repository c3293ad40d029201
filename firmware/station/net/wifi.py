"""The board's Wi-Fi."""

from station.net.network import Interface


class Wifi(Interface):
    name = "Wi-Fi"

    def __init__(self, ssid, password):
        super().__init__()
        self._ssid = ssid
        self._password = password or None

    def _make(self):
        import network

        return network.WLAN(network.STA_IF)

    def _join(self):
        board = self._board
        board.active(True)
        try:
            board.config(pm=board.PM_NONE)  # in power save a Pico W drops off without a word
        except (AttributeError, OSError, ValueError):
            pass  # this board has no such setting
        board.connect(self._ssid, self._password)

    def _leave(self):
        self._board.disconnect()
