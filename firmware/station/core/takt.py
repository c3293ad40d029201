"""The rhythm of one station: cycles done, ahead or behind, a cycle that runs over."""


class Takt:
    """`ahead_ms` > 0 means more was done than the takt asked for since the first cycle began."""

    def __init__(self, takt_ms: int, overrun_percent: int):
        self.takt_ms = takt_ms
        self.limit_ms = takt_ms + takt_ms * overrun_percent // 100
        self.count = 0
        self.cycle_ms = 0
        self._first: "int | None" = None
        self._start: "int | None" = None
        self._over = False
        self._held_at: "int | None" = None

    def hold(self, now: int, on: bool) -> None:
        """No work from now on, or work again: what lies between does not count."""
        if self._held_at is not None:
            self.age(self._held_at - now, self._held_at)
        self._held_at = now if on else None

    def cycle(self, now: int):
        """A cycle is done. The data of `cycle.completed`, or None: the first pulse only starts the count."""
        if self._held_at is not None:
            self.hold(now, True)  # somebody works in a break
        if self._start is None:
            self._first = self._start = now
            return None
        self.cycle_ms = now - self._start
        self.count += 1
        self._start = now
        self._over = False
        return {
            "cycle_ms": self.cycle_ms,
            "takt_ms": self.takt_ms,
            "count": self.count,
            "ahead_ms": self.ahead_ms(now),
        }

    def overrun(self, now: int):
        """The data of `cycle.overrun`, once a cycle, or None."""
        if self.due() is None or now - self._start < self.limit_ms:
            return None
        self._over = True
        return {"cycle_ms": now - self._start, "takt_ms": self.takt_ms}

    def ahead_ms(self, now: int) -> int:
        """Behind as soon as the running cycle is longer than its takt, not only when it ends."""
        if self._first is None:
            return 0
        now = self._counted(now)
        done = self._first + self.count * self.takt_ms
        return done - min(now, self._start) - max(0, now - self._start - self.takt_ms)

    def mark_at(self, now: int) -> int:
        """When the running takt ends: the fixed position of a line without a pulse for it."""
        start = now if self._start is None else self._start
        return start + self.takt_ms * ((now - start) // self.takt_ms + 1)

    def due(self):
        if self._start is None or self._over or self._held_at is not None:
            return None
        return self._start + self.limit_ms

    def pack(self, now: int) -> list:
        if self._start is None:
            return []
        now = self._counted(now)
        return [self.count, now - self._first, now - self._start, self.cycle_ms, self._over]

    def restore(self, now: int, packed: list) -> None:
        if packed:
            self.count, first, start, self.cycle_ms, self._over = packed
            self._first = now - first
            self._start = now - start

    def age(self, ms: int, since: int) -> None:
        """The power was off that long before `since`, as became known. Below 0: so long nobody worked after it."""
        if self._start is not None and self._first <= since:
            self._first -= ms
            if self._start <= since:
                self._start -= ms
                self._over = self._over or ms >= self.limit_ms  # nobody counted cycles meanwhile

    def _counted(self, now: int) -> int:
        """The moment up to which time counts: the begin of a break that lasts."""
        return now if self._held_at is None else max(self._held_at, self._start)
