"""Cycles by station and quarter of an hour: what was produced, how fast, how often the takt was overrun.

Shifts begin at any quarter, and some time zones are half an hour off. A cycle without a clock is counted once the plant
knows when it was.
"""

from pullcord.pull.entry import PLACED, Entry
from pullcord.pull.sheet import Sheet

QUARTER_MS = 900_000


class Cycles:
    """`cycles` by station and quarter, UTC; one is finished when the station's next one has begun."""

    name = "cycles"
    version = 2

    def __init__(self) -> None:
        numbers = dict.fromkeys(("count", "cycle_ms", "takt_ms", "overruns", "scrapped", "over"), int)
        columns = {"station": str, "quarter": int, **numbers}
        self.cycles = Sheet("cycles", ("station", "quarter"), columns, closed="over")
        boots = {"journal": str, "boot": int, "uptime": int}
        waiting = {"event": str, "station": str, "kind": str, "cycle_ms": int, "takt_ms": int, **boots}
        self.waiting = Sheet("cycles_waiting", ("event",), waiting)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.cycles, self.waiting

    def apply(self, entry: Entry) -> None:
        if entry.kind == PLACED:
            self._settle(entry)
        elif entry.kind == "scrap.counted":
            row = self._quarter(entry.data["station"], entry.at)
            self.cycles.put(row | {"scrapped": row["scrapped"] + entry.data["count"]})
        elif entry.kind in ("cycle.completed", "cycle.overrun") and not entry.test:
            lengths = {name: entry.data[name] for name in ("cycle_ms", "takt_ms")}
            if entry.loose:
                boots = {"journal": entry.journal, "boot": entry.boot, "uptime": entry.uptime}
                self.waiting.put({"event": entry.id, "station": entry.station, "kind": entry.kind} | lengths | boots)
            else:
                self._count(entry.station, entry.at, entry.kind, **lengths)

    def _settle(self, entry: Entry) -> None:
        for row in self.waiting.open():
            if (row["journal"], row["boot"]) == (entry.data["journal"], entry.data["boot"]):
                at = entry.data["began"] + row["uptime"]
                self._count(row["station"], at, row["kind"], row["cycle_ms"], row["takt_ms"])
                self.waiting.drop(row["event"])

    def _count(self, station: str, at: int, kind: str, cycle_ms: int, takt_ms: int) -> None:
        row = self._quarter(station, at)
        if kind == "cycle.overrun":  # it is told while the cycle still goes on, which ends with an event of its own
            self.cycles.put(row | {"overruns": row["overruns"] + 1})
        else:
            sums = {"count": row["count"] + 1, "cycle_ms": row["cycle_ms"] + cycle_ms, "takt_ms": takt_ms}
            self.cycles.put(row | sums)

    def _quarter(self, station: str, at: int) -> dict[str, int]:
        quarter = at - at % QUARTER_MS
        row = self.cycles.get(station, quarter)
        if row is None:
            self._finish(station, quarter)
            zeros = dict.fromkeys(("count", "cycle_ms", "overruns", "scrapped"), 0)
            row = self.cycles.row(station, quarter) | zeros
        return row

    def _finish(self, station: str, quarter: int) -> None:
        for row in self.cycles.open():
            if row["station"] == station and row["quarter"] < quarter:
                self.cycles.put(row | {"over": row["quarter"] + QUARTER_MS})
