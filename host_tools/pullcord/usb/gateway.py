"""The gateway: boards at USB ports, each with an MQTT connection of its own."""

import asyncio
from collections.abc import Callable, Iterable

from pullcord.line.accounts import Accounts
from pullcord.usb.board_link import BoardLink, Status
from pullcord.usb.broker_side import BrokerSide
from pullcord.usb.dialog import Hello
from pullcord.usb.plugged import follow, identity
from pullcord.usb.ports import Port, ports

SCAN_S = 1.0


class Gateway:
    """`changed(status)` is called when that of a board is new."""

    def __init__(self, accounts: Accounts, changed: Callable[[Status], None]) -> None:
        self._accounts, self._changed = accounts, changed
        self._links: dict[str, BoardLink] = {}

    @property
    def boards(self) -> list[Status]:
        return [link.status for link in self._links.values()]

    async def serve(self, names: Iterable[str]) -> None:
        """These ports, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name in names:
                self._add(group, name, name, follow(name, lambda: _readable(ports)))

    async def serve_all(self, listed: Callable[[], list[Port]]) -> None:
        """Whatever is `listed`, now and later, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                for port in _readable(listed):
                    known = identity(port)
                    if known not in self._links:
                        self._add(group, known, port.device, _followed(known, listed))
                await asyncio.sleep(SCAN_S)

    def _add(self, group: asyncio.TaskGroup, known: str, name: str, device: Callable[[], str | None]) -> None:
        link = BoardLink(name, self._connect, self._claim, lambda: self._changed(link.status))
        self._links[known] = link
        group.create_task(link.run(device))

    def _connect(self, hello: Hello, link: BoardLink) -> BrokerSide:
        return BrokerSide(hello, self._accounts, link.up, link.down, link.tell_board)

    def _claim(self, hello: Hello, link: BoardLink) -> str:
        for other in self._links.values():
            if other is not link and other.status.station == hello.station and other.status.state != "refused":
                where = f"{hello.station} is the board {other.status.uid} at {other.status.port} already"
                return f"{where}: give this one (uid {hello.uid}) another station, or unplug one of the two"
        return ""


def _followed(known: str, listed: Callable[[], list[Port]]) -> Callable[[], str | None]:
    return lambda: next((port.device for port in _readable(listed) if identity(port) == known), None)


def _readable(listed: Callable[[], list[Port]]) -> list[Port]:
    """Nothing while the system cannot say: it is asked again in a moment."""
    try:
        return listed()
    except OSError:
        return []
