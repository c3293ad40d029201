"""Cycles by station and quarter of an hour."""

from pullcord.pull.cycles import QUARTER_MS, Cycles
from tests.host_tools.pull.entries import DAY, STATION, decided, entry, placed

CYCLE = {"cycle_ms": 60_000, "takt_ms": 61_000, "count": 1, "ahead_ms": -5}


def cycle(position, seconds, kind="cycle.completed"):
    return entry(position, kind, seconds, CYCLE)


def folded(*entries):
    cycles = Cycles()
    for one in entries:
        cycles.apply(one)
    return cycles


def figures(cycles, quarter):
    row = cycles.cycles.get(STATION, DAY + quarter * QUARTER_MS)
    return row and (row["count"], row["cycle_ms"], row["overruns"], row["scrapped"])


def test_cycles_are_counted_in_their_quarter():
    cycles = folded(cycle(1, 10), cycle(2, 899), cycle(3, 900), cycle(4, 950, "cycle.overrun"))
    assert figures(cycles, 0) == (2, 120_000, 0, 0)
    assert figures(cycles, 1) == (1, 60_000, 1, 0)
    assert [row["quarter"] for row in cycles.cycles.open()] == [DAY + QUARTER_MS]


def test_a_late_cycle_still_counts_in_its_quarter():
    assert figures(folded(cycle(1, 10), cycle(2, 1_000), cycle(3, 20)), 0) == (2, 120_000, 0, 0)


def test_a_cycle_without_a_clock_counts_when_its_time_is_known():
    loose = cycle(1, 9_000)._replace(loose=True, boot=3, uptime=5_000)
    assert figures(folded(loose), 2) is None
    cycles = folded(loose, placed(2, "j", boot=3, began=DAY))
    assert figures(cycles, 0) == (1, 60_000, 0, 0)
    assert list(cycles.waiting.open()) == []


def test_a_test_is_no_cycle_and_scrap_is_counted_by_people():
    scrap = decided(3, "scrap.counted", 100, {"station": STATION, "count": 2, "reason": "burr"})
    assert figures(folded(cycle(1, 10)._replace(test=True), cycle(2, 20), scrap), 0) == (1, 60_000, 0, 2)
