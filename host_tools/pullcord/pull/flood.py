"""Messages that come faster than anybody can read them (a flood, ANSI/ISA-18.2): then one a minute tells of all."""

from collections import deque

from pullcord.pull.alarms import FLOOD_BELOW, FLOOD_FROM, WINDOW_MS

GAP_MS = 60_000


class FloodGate:
    """Of one channel. Pure: time is an argument."""

    def __init__(self) -> None:
        self.flooded = False
        self._told: deque[int] = deque()
        self._last: int | None = None

    def lets_pass(self, now: int) -> bool:
        """Whether a message may go out now; in a flood, once a minute."""
        if self._last is not None and now < self._last:
            # The clock was put back: what is to come would wait for as long as that.
            self._told.clear()
            self._last = None
        while self._told and self._told[0] <= now - WINDOW_MS:
            self._told.popleft()
        self.flooded = len(self._told) >= (FLOOD_BELOW if self.flooded else FLOOD_FROM)
        return not self.flooded or self._last is None or now - self._last >= GAP_MS

    def passed(self, now: int, notices: int) -> None:
        """A message with so many notices went out."""
        self._told.extend([now] * notices)
        self._last = now
