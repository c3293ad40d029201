"""The calendar of a plant file at a station is the one that reports go by, at any minute of the year."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.plant.compile import compile_plant
from pullcord.plant.declare import calendar_of
from pullcord.plant.document import Document
from pullcord.plant.load import check
from pullcord.plant.shift_table import table
from pullcord.pull import calendar as calendars
from station.core.calendar import OFF, STOP, WORK, counted, look, pack
from tests.host_tools.plant.conftest import PLANT

CALENDAR = """\
calendar:
  closed: ["2026-12-25", "2026-03-28"]
  shifts:
    early: {from: "06:00", to: "14:00", stops: [{from: "09:00", to: "09:15"}, {from: "12:00", to: "12:30"}]}
    late: {from: "14:00", to: "22:00", days: [mon, tue, wed, thu, fri, sat]}
    night: {from: "22:00", to: "06:00", days: [sun, mon, tue, wed, thu], stops: [{from: "01:45", to: "03:15"}]}
loops:"""
BEGIN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
YEAR = 366 * 86_400
DOUBLE_HOUR = (1792886400, 1792893600)  # when it is twice 2 to 3 o'clock in Berlin: 2026-10-25


@pytest.fixture(scope="module")
def both(profiles):
    plant = check(Document.parse("plant.yaml", PLANT.replace("loops:", CALENDAR, 1)), profiles)
    line = plant.areas["assembly"].lines["line-1"]
    return pack(table(plant, line)), calendars.read(calendar_of(plant))


def kind(calendar, second):
    turn = calendar.at(second * 1000)
    if turn is None:
        return OFF
    return STOP if any(stop.begin <= second * 1000 < stop.end for stop in turn.stops) else WORK


@given(second=st.integers(BEGIN, BEGIN + YEAR))
@settings(max_examples=400, deadline=None)
def test_both_say_the_same(both, second):
    shifts, calendar = both
    if DOUBLE_HOUR[0] <= second < DOUBLE_HOUR[1]:
        return
    what, begin, end = look(shifts, second)
    assert what == kind(calendar, second)
    assert begin <= second < end
    for other in (begin, end - 1):
        assert look(shifts, other)[0] == what


@given(second=st.integers(BEGIN, BEGIN + YEAR), ms=st.integers(0, 5 * 86_400_000))
@settings(max_examples=60, deadline=None)
def test_as_long_as_was_worked(both, second, ms):
    shifts, calendar = both
    span = calendars.Span(second * 1000, second * 1000 + ms)
    if span.begin < DOUBLE_HOUR[1] * 1000 and span.end > DOUBLE_HOUR[0] * 1000:
        return
    worked, waited = counted(shifts, span.begin, ms)
    assert worked == (calendar.available_ms(span) if ms else 0)
    assert worked <= waited <= ms


def test_a_line_may_work_in_some_shifts_only(plant):
    small = plant("loops:", CALENDAR)
    line = small.areas["assembly"].lines["line-1"].model_copy(update={"shifts": ["early"]})
    assert len(table(small, line)["week"]) == 5 * 6
    assert table(small, line.model_copy(update={"shifts": []})) is None


def test_a_station_gets_it_when_it_has_timers(plant, profiles):
    first, second = compile_plant(plant("loops:", CALENDAR), profiles)
    assert first.config["calendar"]["closed"] == [20540, 20812]
    # a shift that begins where another ends is one change: 5 times at 14:00, 4 times at 22:00
    assert len(first.config["calendar"]["week"]) == 5 * 6 + 6 * 2 + 5 * 4 - 5 - 4
    assert second.config["calendar"] == first.config["calendar"]
    assert "calendar" not in compile_plant(plant(), profiles)[0].config
