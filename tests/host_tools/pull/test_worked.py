"""Working hours are counted by shifts, breaks out; outside the plant every hour counts."""

from hypothesis import given
from hypothesis import strategies as st

from pullcord.pull import calendar
from pullcord.pull.spans import Span, common, total
from pullcord.pull.worked import AllHours, WorkingHours, hours, of_loop

HOUR = 3_600_000
MONDAY = 1_767_571_200_000  # 2026-01-05
SHIFT = {"from": "06:00", "to": "14:00", "days": ["mon", "tue"], "stops": [{"from": "09:00", "to": "09:30"}]}


def declared(shifts):
    return calendar.read({"time_zone": "UTC", "shifts": shifts, "closed": []})


def test_a_night_is_no_working_time():
    worked = hours(declared({"early": SHIFT}), Span(MONDAY, MONDAY + 48 * HOUR))
    assert worked.name == "working hours"
    assert worked.between(MONDAY + 13 * HOUR, MONDAY + 31 * HOUR) == 2 * HOUR
    assert worked.after(MONDAY + 13 * HOUR, 2 * HOUR) == MONDAY + 31 * HOUR
    assert worked.after(MONDAY + 8 * HOUR, HOUR + 1) == MONDAY + 9 * HOUR + HOUR // 2 + 1
    assert worked.after(MONDAY, 99 * HOUR) is None


def test_without_shifts_and_outside_every_hour_counts():
    assert hours(declared({}), Span(0, 1)).name == "all hours"
    inside = WorkingHours([Span(0, 10)])
    assert of_loop("foundry", inside).between(3, 99) == 96
    assert of_loop("acme/a/l/s", inside).between(3, 99) == 7


spans = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: Span(*sorted(ends))), max_size=6)


@given(spans, st.integers(0, 99), st.integers(0, 99))
def test_what_lies_between_is_what_the_spans_have_in_common(busy, one, other):
    begin, end = sorted((one, other))
    worked = WorkingHours(busy)
    between = worked.between(begin, end)
    assert between == total(common(busy, [Span(begin, end)])) == -worked.between(end, begin)
    if between:
        then = worked.after(begin, between)
        assert then <= end
        assert worked.between(begin, then) == between
        assert AllHours().after(begin, end - begin) == end
