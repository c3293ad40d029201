"""Shifts on the wall's clock: midnight, daylight saving, planned stops, days off."""

from datetime import date
from zoneinfo import ZoneInfo

from pullcord.line import moments
from pullcord.pull import calendar
from pullcord.pull.calendar import Calendar, Shift
from pullcord.pull.spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000
EARLY = Shift("early", 6 * 60, 14 * 60, frozenset(range(5)), ((9 * 60, 9 * 60 + 15), (12 * 60, 12 * 60 + 30)))
LATE = Shift("late", 14 * 60, 22 * 60, frozenset(range(5)))
NIGHT = Shift("night", 22 * 60, 6 * 60, frozenset({6, 0, 1, 2, 3}), ((23 * 60 + 50, 10), (2 * 60, 2 * 60 + 30)))


def utc(text):
    return moments.from_text(text + ":00Z")


def plant(*shifts, closed=()):
    return Calendar(BERLIN, shifts, frozenset(closed))


def turns(calendar_, begin, end):
    return [
        (turn.shift, str(turn.day), moments.to_text(turn.span.begin)[:16], turn.span.length / HOUR)
        for turn in calendar_.turns(utc(begin), utc(end))
    ]


def test_a_night_shift_belongs_to_the_day_on_which_it_starts():
    three = plant(EARLY, LATE, NIGHT)
    turn = three.at(utc("2026-11-20T02:00"))  # Friday, 3 o'clock in Berlin
    assert (turn.shift, turn.day) == ("night", date(2026, 11, 19))
    assert [one[:2] for one in turns(three, "2026-11-20T05:00", "2026-11-20T23:00")] == [
        ("early", "2026-11-20"),
        ("late", "2026-11-20"),
    ]
    assert three.at(utc("2026-11-20T22:00")) is None  # no night shift begins on a Friday


def test_planned_stops_are_no_busy_time_also_across_midnight():
    early = plant(EARLY).at(utc("2026-11-20T06:00"))
    assert sum(part.length for part in early.busy) == (8 * 60 - 45) * 60_000
    night = plant(NIGHT).at(utc("2026-11-20T00:00"))
    assert sum(part.length for part in night.busy) == (8 * 60 - 50) * 60_000
    assert moments.to_text(night.busy[0].end)[:16] == "2026-11-19T22:50"


def test_the_night_that_loses_an_hour_has_seven_and_the_one_that_gains_it_nine():
    night = plant(Shift("night", 22 * 60, 6 * 60))
    assert turns(night, "2026-03-28T22:00", "2026-03-29T03:00") == [("night", "2026-03-28", "2026-03-28T21:00", 7)]
    assert turns(night, "2026-10-24T21:00", "2026-10-25T04:00") == [("night", "2026-10-24", "2026-10-24T20:00", 9)]


def test_shifts_that_change_within_the_hour_that_comes_twice_leave_no_gap():
    both = plant(Shift("a", 21 * 60, 150), Shift("b", 150, 9 * 60))  # half past two comes twice
    found = list(both.turns(utc("2026-10-24T20:00"), utc("2026-10-25T07:00")))
    assert [turn.shift for turn in found] == ["a", "b"]
    assert found[0].span.end == found[1].span.begin
    assert sum(turn.span.length for turn in found) == 13 * HOUR


def test_on_a_closed_day_no_shift_starts():
    closed = plant(EARLY, NIGHT, closed=[date(2026, 11, 19)])
    assert turns(closed, "2026-11-19T00:00", "2026-11-20T00:00") == [("night", "2026-11-18", "2026-11-18T21:00", 8)]


def test_available_time_is_clipped_to_what_was_asked():
    span = Span(utc("2026-11-20T07:00"), utc("2026-11-20T09:00"))  # 8 to 10 o'clock, with a quarter of an hour off
    assert plant(EARLY).available_ms(span) == 105 * 60_000


def test_a_calendar_is_read_from_the_plant_that_was_put_in_force():
    shift = {"from": "22:00", "to": "06:00", "days": ["sun", "mon"], "stops": [{"from": "02:00", "to": "02:30"}]}
    declared = {"time_zone": "Europe/Berlin", "shifts": {"night": shift}, "closed": ["2026-12-25"]}
    read = calendar.read(declared)
    assert read.shifts == (Shift("night", 1320, 360, frozenset({6, 0}), ((120, 150),)),)
    assert read.closed == {date(2026, 12, 25)}


def test_shifts_that_overlap_are_found():
    both = plant(Shift("a", 360, 860), Shift("b", 840, 1320))
    assert {(one.shift, other.shift) for one, other in calendar.overlapping(both, utc("2026-11-16T00:00"))} == {
        ("a", "b")
    }
    assert calendar.overlapping(plant(EARLY, LATE, NIGHT), utc("2026-11-16T00:00")) == []
