"""Cards that stand still, judged by what their loop usually takes."""

import pytest

from pullcord.pull.overdue import Pace, overdue, pace
from pullcord.pull.spans import Span
from pullcord.pull.worked import AllHours, WorkingHours
from tests.host_tools.pull.a_plant import A, B

CLOCK = AllHours()


def trip(card, given, received):
    return {"card": card, "given_at": given, "received_at": received}


def card(state, moved_at, tapped_at=0):
    return {"card": A, "loop": "bolt", "state": state, "moved_at": moved_at, "tapped_at": tapped_at}


def test_the_pace_of_a_loop_is_measured_on_both_sides():
    trips = [trip(A, n * 100, n * 100 + 30) for n in range(6)] + [trip("", 5, 9_999), trip(B, None, 7)]
    assert pace(trips, CLOCK) == Pace(9_994, 70, CLOCK)
    assert pace(trips[:5], CLOCK) == Pace(30, None, CLOCK)
    assert pace([], CLOCK) == Pace(None, None, CLOCK)


@pytest.mark.parametrize(
    ("one", "late"),
    [
        (card("released", 1_000), True),
        (card("released", 1_010), False),
        (card("full", 1_000), False),
        (card("full", 880), True),
        (card("on_hold", 0), False),
        (card("lost", 0), False),
        (card("set_aside", 0), False),
        (card("released", 0, tapped_at=None), False),  # it has never been tapped: nobody knows where it is
    ],
)
def test_three_times_as_long_as_usual_is_far_longer(one, late):
    assert overdue([one], {"bolt": Pace(30, 70, CLOCK)}, now=1_091) == ([one] if late else [])


def test_without_a_pace_nothing_is_judged():
    assert overdue([card("released", 0)], {"bolt": Pace(None, None, CLOCK)}, now=10**12) == []
    assert overdue([card("released", 0)], {}, now=10**12) == []


def test_a_card_that_lies_still_while_nobody_works_is_not_late():
    hours = WorkingHours([Span(0, 1_000), Span(9_000, 10_000)])
    known = {"bolt": Pace(30, 70, hours)}
    assert overdue([card("released", 950)], known, now=9_039) == []
    assert overdue([card("released", 950)], known, now=9_041) != []
