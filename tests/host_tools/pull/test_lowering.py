"""One card fewer in a loop's own history: what was so comes out as it was, and what would have run out is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pullcord.pull.lowering import Trip, one_fewer, stock_outs, trips_of
from pullcord.pull.spans import Span, common, total, without
from tests.host_tools.pull.a_plant import A, B, C, Floor
from tests.host_tools.pull.entries import DAY


def test_two_cards_that_are_away_together_leave_a_loop_of_two_without():
    trips = [Trip(0, 50), Trip(30, 80), Trip(100, 120)]
    assert stock_outs(trips, 3, 200) == []
    assert stock_outs(trips, 2, 200) == [Span(30, 50)]


def test_what_finds_no_full_container_waits_for_the_next():
    """With one card the second container is emptied when the first came back at 50, and comes back at 100."""
    trips = [Trip(0, 50), Trip(30, 80), Trip(100, 120)]
    assert stock_outs(trips, 1, 200) == [Span(0, 120)]


def test_a_container_that_never_came_back_is_out_until_the_end():
    assert stock_outs([Trip(0, None), Trip(10, 20)], 1, 100) == [Span(0, 100)]
    assert stock_outs([Trip(0, None)], 2, 100) == []


def row(given, received, done=None, shipped=None):
    return {"given_at": given, "received_at": received, "done_at": done or received, "shipped_at": shipped}


def test_trips_come_from_signals_also_cancelled_ones_and_those_that_nobody_gave():
    rows = [row(50, 80), row(10, None, done=40), row(None, 95, shipped=90), row(None, None), row(70, None)]
    assert trips_of(rows) == [Trip(10, 40), Trip(50, 80), Trip(70, None), Trip(90, 95)]


LOOP = {"total": 3, "kind": "withdrawal", "batch": None}


def test_a_loop_that_never_had_two_away_may_try_with_one_card_fewer():
    found = one_fewer(LOOP, [row(n * 100, n * 100 + 90) for n in range(6)], 1_000)
    assert (found.proposed, found.added, found.why) == (2, [], "no stock-out in all of its history")


def test_what_would_have_run_out_is_shown_beside_what_did():
    rows = [row(n * 100, n * 100 + 90) for n in range(6)] + [row(110, 170), row(310, 380), row(315, 320)]
    found = one_fewer(LOOP, rows, 1_000)
    assert found.stock_outs == [Span(315, 320)]
    assert found.added == [Span(110, 170), Span(310, 315), Span(320, 385)]
    assert (found.proposed, found.added_ms, found.why) == (2, 130, "it would have run out")


@pytest.mark.parametrize(
    ("loop", "trips", "why"),
    [
        ({"total": 1}, 9, "a loop needs a card"),
        ({"kind": "two-bin", "total": 2}, 9, "a two-bin loop has two"),
        ({"kind": "signal", "batch": 3}, 9, "its batch of 3 would never come together"),
        ({}, 4, "4 round trips; 5 are needed"),
    ],
)
def test_loops_that_are_not_to_be_lowered_say_why(loop, trips, why):
    found = one_fewer(LOOP | loop, [row(n * 100, n * 100 + 90) for n in range(trips)], 1_000)
    assert (found.proposed, found.why) == (None, why)


steps = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([A, B, C])), max_size=40)


@given(steps)
def test_with_all_cards_the_replay_gives_the_stock_outs_that_were_recorded(taps):
    """A floor of three cards, each tapped in turn at random times: the fold and the replay agree."""
    floor, at, roles, spans, out_since = Floor(), 0, dict.fromkeys((A, B, C), 0), [], None
    for wait, card in taps:
        at += wait
        floor.tap(at, ("signal", "ship", "receive")[roles[card] % 3], card)
        roles[card] += 1
        if floor.loop()["full"] == 0 and out_since is None:
            out_since = at
        elif floor.loop()["full"] > 0 and out_since is not None:
            spans.append(Span(DAY + out_since * 1000, DAY + at * 1000))
            out_since = None
    end = DAY + (at + 1) * 1000
    if out_since is not None:
        spans.append(Span(DAY + out_since * 1000, end))
    rows = list(floor.kanban.signals.sheet._rows.values())
    assert stock_outs(trips_of(rows), 3, end) == spans


trips = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90)), max_size=30)


@given(trips, st.integers(2, 6))
def test_one_card_fewer_is_never_out_for_a_shorter_time(pairs, cards):
    known = [Trip(left, left + away) for left, away in pairs]
    fewer, were = stock_outs(known, cards - 1, 2_000), stock_outs(known, cards, 2_000)
    assert total(fewer) >= total(were)
    assert total(without(fewer, were)) + total(common(fewer, were)) == total(fewer)
