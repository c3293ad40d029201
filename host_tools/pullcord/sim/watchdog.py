"""The watchdog of a virtual station's board, as its host sees it."""

import asyncio
from collections.abc import Callable


class Watchdog:
    """Calls `bite` when no feed came for the timeout. Cannot be stopped by the board, only by its power."""

    def __init__(self, bite: Callable[[], None]) -> None:
        self._bite = bite
        self._timeout_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self.feed()

    def feed(self) -> None:
        self.stop()
        if self._timeout_s:
            self._timer = asyncio.get_running_loop().call_later(self._timeout_s, self._bite)

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
