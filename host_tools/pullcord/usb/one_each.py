"""One board a station: of two boards that would become the same one, the second is refused."""

import threading
from collections.abc import Callable
from typing import Any

from pullcord.usb.trouble import Trouble


class OneEach:
    """For boards that are worked on at once. `place` is anything that names a board's USB socket as text."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[str, str] = {}

    def take(self, place: Any, choose: Callable[[], str]) -> str:
        """The station that `choose` finds for the board at `place`; one after the other. Trouble when it has one."""
        with self._lock:
            station = choose()
            other = self._taken.setdefault(station, str(place))
        if other != str(place):
            raise Trouble(f"{place}: {station} is already the board at {other}.", "One board a station.")
        return station
