"""Cards and reorder points, by their worked examples."""

import pytest

from pullcord.pull.sizing import DAY_MS, measured, number_of_cards, reorder_point
from pullcord.pull.spans import Span
from pullcord.pull.worked import AllHours, WorkingHours


def test_the_worked_example():
    """D 100 a day, L 2 days, a 10 %, C 20: eleven, also where binary floating point says a little more."""
    assert number_of_cards(100, 2, 0.1, 20) == 11
    assert 100 * 2 * 1.1 / 20 > 11


@pytest.mark.parametrize(
    ("demand", "lead", "safety", "quantity", "cards"),
    [(100, 2, 0, 20, 10), (101, 2, 0, 20, 11), (100, 0.5, 0.25, 30, 3), (0, 2, 0.1, 20, 0)],
)
def test_a_started_container_is_a_card(demand, lead, safety, quantity, cards):
    assert number_of_cards(demand, lead, safety, quantity) == cards


@pytest.mark.parametrize("wrong", [(-1, 2, 0.1, 20), (1, -2, 0.1, 20), (1, 2, -0.1, 20), (1, 2, 0.1, 0)])
def test_numbers_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        number_of_cards(*wrong)


def test_the_reorder_point_is_demand_over_the_lead_time_and_the_safety_stock():
    assert reorder_point(100, 2, 30) == 230
    assert reorder_point(33, 0.1, 0) == 4


def test_a_loop_is_sized_by_what_its_taps_said():
    """20 trips in 4 days of 20 pieces are 100 a day; the slowest but one took two days."""
    done = [(n * DAY_MS // 10, n * DAY_MS // 10 + DAY_MS) for n in range(18)]
    done += [(2 * DAY_MS, 4 * DAY_MS), (0, 3 * DAY_MS)]
    found = measured(done, AllHours(), 0.1, 20)
    assert (found.cards, found.trips, found.hours) == (11, 20, "all hours")
    assert (found.demand_an_hour * 24, found.lead_time_hours, found.usual_lead_time_hours) == (100.0, 48.0, 24.0)
    assert (found.begin, found.end) == (0, 4 * DAY_MS)


def test_inside_the_plant_only_working_hours_count():
    """Eight hours each of four days: 100 pieces a day, lead times of an hour of work with or without a night in it."""
    hour = DAY_MS // 24
    shifts = WorkingHours([Span(day * DAY_MS, day * DAY_MS + 8 * hour) for day in range(5)])
    done = [(day * DAY_MS + n * hour, day * DAY_MS + (n + 1) * hour) for day in range(4) for n in range(4)]
    done += [(day * DAY_MS + 7 * hour + hour // 2, (day + 1) * DAY_MS + hour // 2) for day in range(4)]
    found = measured(done, shifts, 0.1, 20)
    assert (found.lead_time_hours, found.hours) == (1.0, "working hours")
    assert found.demand_an_hour == pytest.approx(20 * 20 / 32.5)
    assert found.cards == 1


def test_a_few_trips_say_nothing():
    found = measured([(0, DAY_MS)] * 4, AllHours(), 0.1, 20)
    assert found.cards is None
    assert found.why == "4 round trips; 5 are needed"
    assert measured([], AllHours(), 0.1, 20).why == "no round trip yet; 5 are needed"
