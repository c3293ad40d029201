"""Loops, items, suppliers and shifts of a plant file, and what of them goes into the log."""

import pytest

from pullcord.plant.declare import declaration
from pullcord.pull import calendar

CALENDAR = 'calendar: {closed: ["2026-12-25"], shifts: {early: {from: "06:00", to: "14:00"%s}%s}}\nloops:'

# what is changed in the small plant, and the one problem that it must give
CASES = {
    "a batch of another loop": (
        "quantity: 20",
        "quantity: 20\n    batch: 2",
        "32: loops.bolt.batch: 2: a withdrawal loop has none: kind: signal, or take it away",
    ),
    "a triangle without a batch": (
        "quantity: 20",
        "quantity: 20\n    kind: signal",
        "27: loops.bolt.batch: nothing: is missing: how many containers a signal loop makes at once",
    ),
    "a batch that never comes together": (
        "quantity: 20",
        "quantity: 20\n    kind: signal\n    batch: 3",
        "33: loops.bolt.batch: 3: never comes together with so few cards: at most 2, or more cards",
    ),
    "two bins of three": (
        'cards: ["04a1b2c3d40001", "04a1b2c3"]',
        'cards: ["04a1b2c3d40001"]\n    kind: two-bin',
        "32: loops.bolt.cards: 1 cards: a two-bin loop has two: two, or another kind",
    ),
    "a loop that releases nobody": (
        "quantity: 20",
        "quantity: 20\n    releases: bolts",
        "32: loops.bolt.releases: bolts: is no other loop: nothing is known here",
    ),
    "an item that nobody declared": (
        "loops:",
        "items: {bolt-m8: {name: Bolt M8}}\nloops:",
        "29: loops.bolt.item: Bolt M8: there is no such item: only bolt-m8",
    ),
    "a time of day": (
        "loops:",
        CALENDAR.replace("14:00", "24:00") % ("", ""),
        '26: calendar.shifts.early.to: 24:00: is no time of day: quoted "HH:MM", such as "06:30"',
    ),
    "a day that there is not": (
        "loops:",
        CALENDAR.replace("12-25", "02-30") % ("", ""),
        "26: calendar.closed[0]: 2026-02-30: is no day: one that the calendar has",
    ),
    "a break outside its shift": (
        "loops:",
        CALENDAR % (', stops: [{from: "14:00", to: "14:15"}]', ""),
        "26: calendar.shifts.early.stops[0]: a stop: is not within its shift: a time of the shift, or take it away",
    ),
    "two shifts at once": (
        "loops:",
        CALENDAR % ("", ', late: {from: "13:00", to: "22:00"}'),
        "26: calendar.shifts.late.from: 13:00: begins before shift early has ended: one shift at a time",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_problem_is_told_in_one_line(problems, case):
    old, new, line = CASES[case]
    assert problems(old, new) == [f"plant.yaml:{line}"]


def test_a_supplier_that_nobody_declared(problems):
    text = "loops:\n  nut: {item: x, consumer: assembly/line-1/st-02, supplier: stoer, quantity: 1, cards: []}"
    assert problems("loops:", "suppliers: {store: {name: Store}}\n" + text) == [
        "plant.yaml:28: loops.nut.supplier: stoer: there is no such supplier: did you mean store?"
    ]


def test_what_the_fold_needs_is_declared(plant):
    found = declaration(plant("loops:", CALENDAR % ("", "")))["plant"]
    loop = found["loops"]["bolt"]
    assert (loop["consumer"], loop["supplier"]) == ("acme/assembly/line-1/st-02", "acme/assembly/line-1/st-01")
    assert (loop["cards"], loop["safety"], loop["ships"]) == (["04a1b2c3d40001", "04a1b2c3"], "0.1", False)
    assert found["stations"]["acme/assembly/line-1/st-01"]["takt_ms"] is None  # it counts no cycles
    assert [shift.name for shift in calendar.read(found["calendar"]).shifts] == ["early"]


def test_a_station_that_counts_cycles_is_measured_by_its_takt(plant):
    counting = plant("              cord-1:", "              count: {pin: GP3, does: cycle}\n              cord-1:")
    assert declaration(counting)["plant"]["stations"]["acme/assembly/line-1/st-01"]["takt_ms"] == 60_000


def test_a_supplier_with_a_reader_ships(plant):
    found = plant("          st-01:\n", "          st-01:\n            readers: {out: {kind: stand_in, role: ship}}\n")
    assert declaration(found)["plant"]["loops"]["bolt"]["ships"] is True


def test_the_hash_tells_whether_anything_changed(plant):
    assert declaration(plant())["hash"] == declaration(plant("quality: {", "quality:   {"))["hash"]
    assert declaration(plant())["hash"] != declaration(plant("quantity: 20", "quantity: 21"))["hash"]
