"""The formulas, by examples that others published."""

import pytest

from pullcord.pull import measures
from pullcord.pull.measures import Oee, oee, pareto, percentile, takt_ms

MINUTE = 60_000


def test_takt_is_available_time_over_demand():
    assert takt_ms(1_920 * MINUTE, 960) == 2 * MINUTE
    assert takt_ms(1_920 * MINUTE, 0) is None


def test_oee_by_the_worksheet_of_vorne_industries():
    """Vorne Industries, Calculating OEE Worksheet (2002-2005): 65.47 %, 85.82 %, 99.50 %, 55.90 %."""
    found = oee(2_780 * MINUTE, 1_820 * MINUTE, MINUTE / 1.041, produced=1_626, good=1_618)
    assert found.availability == pytest.approx(0.6547, abs=5e-5)
    assert found.effectiveness == pytest.approx(0.8582, abs=5e-5)
    assert found.quality == pytest.approx(0.9950, abs=1e-4)
    assert found.oee == pytest.approx(0.5590, abs=1.5e-4)


def test_availability_and_effectiveness_of_two_shifts():
    """Shamsul, UTM, Calculating Overall Equipment Effectiveness: 900 min planned, 90 lost, 525 units at 1.5 min."""
    found = oee(900 * MINUTE, 810 * MINUTE, 1.5 * MINUTE, produced=525, good=469)
    assert found.availability == pytest.approx(0.90)
    assert found.effectiveness == pytest.approx(0.97, abs=5e-3)
    assert found.quality == pytest.approx(0.89, abs=5e-3)


def test_what_cannot_be_measured_has_no_value():
    assert oee(0, 0, 60.0, 0, 0) == Oee(None, None, None)
    assert oee(0, 0, 60.0, 0, 0).oee is None
    assert oee(10, 5, None, 5, 5).oee is None


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([15, 20, 35, 40, 50], 0.05, 15),  # the nearest-rank examples of Wikipedia, "Percentile"
        ([15, 20, 35, 40, 50], 0.30, 20),
        ([15, 20, 35, 40, 50], 0.40, 20),
        ([15, 20, 35, 40, 50], 0.50, 35),
        ([15, 20, 35, 40, 50], 1.00, 50),
        (range(1, 101), 0.95, 95),
        ([7], 0.95, 7),
        ([], 0.95, None),
    ],
)
def test_percentiles_are_values_that_occurred(values, share, found):
    assert percentile(values, share) == found


def test_pareto_puts_the_worst_first_and_sums_up():
    losses = [("tool", 30), ("part", 10), ("part", 20), ("unspecified", 40), ("other", 0)]
    assert pareto(losses) == [
        ("unspecified", 1, 40, 0.4),
        ("part", 2, 30, 0.7),
        ("tool", 1, 30, 1.0),
        ("other", 1, 0, 1.0),
    ]
    assert pareto([]) == []


def test_gaps_leave_out_what_did_not_happen():
    assert measures.gaps([(1, 5), (None, 5), (3, None), (9, 8)]) == [4, 0]
