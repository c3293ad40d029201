"""Cards and reorder points, by their worked examples."""

import pytest

from pullcord.pull.sizing import DAY_MS, measured, number_of_cards, reorder_point


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
    trips = [DAY_MS] * 18 + [2 * DAY_MS, 3 * DAY_MS]
    found = measured(trips, 4 * DAY_MS, 0.1, 20)
    assert (found.cards, found.demand_a_day, found.lead_time_days, found.trips) == (11, 100.0, 2.0, 20)


def test_a_few_trips_say_nothing():
    found = measured([DAY_MS] * 4, 4 * DAY_MS, 0.1, 20)
    assert found.cards is None
    assert found.why == "4 round trips; 5 are needed"
