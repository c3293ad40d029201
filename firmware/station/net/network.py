"""The board's way into the network: Wi-Fi or Ethernet. `up` brings it up or says why not; nothing is reset.

The board's status numbers are only told, never judged by: an ESP32 says "wrong password" also after the
access point was away, and "idle" while it connects. What counts is `isconnected()` and the deadline.
"""

import asyncio

from station.net import in_words

POLL_MS = 100
PAUSE_MS = 300


class NetworkError(Exception):
    """The network is not up. `str()` is for people and holds no secret."""


def open_network(link, secrets):
    """The network of a config's `link` ("kind": wifi ethernet usb none), or None when the station has none.

    wifi: `secrets` holds wifi_ssid, and wifi_password unless the network is open; KeyError without the first.
    ethernet: `link` may name the board's class ("interface": "LAN"), its "pins" ({"mdc": 23, "mdio": 18}), further
    "options" for it, and "constants": options whose value is a constant of `network` or `machine.Pin`, by its name.
    """
    if link["kind"] == "wifi":
        from station.net.wifi import Wifi

        return Wifi(secrets["wifi_ssid"], secrets.get("wifi_password"))
    if link["kind"] == "ethernet":
        from station.net.ethernet import Ethernet

        return Ethernet(link)
    return None


class Interface:
    """What Wi-Fi and Ethernet have in common. The board's object is made at the first `up`, and kept."""

    name = "the network"

    def __init__(self):
        self._board = None
        self._failures = 0
        self._trouble = ""

    def is_up(self):
        return self._board is not None and self._board.isconnected()

    def status(self):
        """In a few words."""
        if self._board is None:
            return "off"
        if self.is_up():
            return "up"
        number = self._board.status()
        return in_words("status", number)

    def name_server(self):
        """Its numeric address, as the network told it."""
        return self._board.ifconfig()[3]

    async def up(self, deadline_ms):
        """Return once there is a connection; NetworkError when there is none after `deadline_ms`."""
        if self.is_up():
            return
        try:
            await asyncio.wait_for_ms(self._attempt(), deadline_ms)
        except asyncio.TimeoutError:
            reason = self._trouble or self.status()
            await self.down()
            raise NetworkError(f"{self.name} did not come up within {deadline_ms // 1000} s: {reason}")
        self._failures = 0

    async def down(self):
        """Let go, so that the next attempt starts afresh; the second time in a row switch off, too."""
        self._failures += 1
        if self._board is None:
            return
        self._let_go(self._leave)
        if self._failures > 1:
            await asyncio.sleep_ms(PAUSE_MS)
            self._let_go(self._board.active, False)
        await asyncio.sleep_ms(PAUSE_MS)

    def _make(self):
        """The board's object for this interface."""
        raise NotImplementedError

    def _join(self):
        """Begin to connect, without waiting. Raises OSError or RuntimeError when the board is busy."""
        raise NotImplementedError

    def _leave(self):
        """Stop connecting."""

    async def _attempt(self):
        joined = False
        while not self.is_up():
            if not joined:
                joined = self._join_or_wait()
            await asyncio.sleep_ms(POLL_MS)

    def _join_or_wait(self):
        """False when the board was busy (an ESP32 raises while it connects): let go, to be tried again."""
        try:
            if self._board is None:
                self._board = self._make()
            self._join()
            self._trouble = ""
            return True
        except (OSError, RuntimeError) as error:
            self._trouble = str(error)
            if self._board is not None:
                self._let_go(self._leave)
            return False

    def _let_go(self, how, *arguments):
        try:
            how(*arguments)
        except (OSError, RuntimeError):
            pass  # it was not up; the next attempt starts from scratch anyway
