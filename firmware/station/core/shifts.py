"""When people work, as the plant's calendar says: a takt counts working time only, and nobody is waited for in a break.

Only for a station whose config has a calendar. Without a clock it is always work: better a call too many.
"""

import struct

OFF, STOP, WORK = 0, 1, 2


class Shifts:
    """`calendar` is the config's, packed: `week` and `closed` as H, `zone` as Ih. `kind` holds from `begin` to `end`,
    in UTC seconds."""

    def __init__(self, calendar: dict):
        week, closed = calendar["week"], calendar["closed"]
        self.week = struct.pack("<%dH" % len(week), *week)
        self.closed = struct.pack("<%dH" % len(closed), *closed)
        self.zone = b"".join([struct.pack("<Ih", since, ahead) for since, ahead in calendar["zone"]])
        self.kind = WORK
        self.begin = self.end = 0

    def tick(self, station, now: int) -> None:
        """Hold the timers of `station`, or let them go on, when that time has come."""
        unix_ms = station.clock.unix_ms(now)
        if unix_ms is None or self.begin <= unix_ms // 1000 < self.end:
            return
        from .calendar import look

        kind, self.begin, self.end = look(self, unix_ms // 1000)
        if kind != self.kind:
            self.kind = kind
            if station.takt is not None:
                station.takt.hold(now, kind != WORK)
            station.andon.hold(now, kind == STOP)

    def counted(self, unix_ms: int, ms: int) -> tuple:
        """Of so many milliseconds from then on: (those of work, those that were no planned stop)."""
        from .calendar import counted

        return counted(self, unix_ms, ms)
