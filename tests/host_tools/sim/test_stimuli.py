"""What is lost and what is doubled, from hands on one side and rows on the other."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pullcord.sim.stimuli import CONFIRM_S, Key, Stimulus, Watch, lost_and_doubled, percentiles, row_key

STATION = "acme/assembly/line-1/st-04"


def row(type: str = "andon.called", station: str = STATION, **data):
    return {"type": f"pullcord.{type}.v1", "source": "/" + station, "data": data}


def pulled(what: str = "cord-1", confirmed: bool = True) -> Stimulus:
    key = Key(STATION, "andon.called", what)
    return Stimulus(key, 1.0, True, confirmed_at=1.02 if confirmed else None)


CALLED = row(call="quality", input="cord-1", via="cord")


def test_a_row_for_each_pull_is_as_it_should_be():
    assert lost_and_doubled([pulled(), pulled()], [CALLED, CALLED]) == (0, 0)


def test_a_pull_that_was_confirmed_and_has_no_row_is_lost():
    assert lost_and_doubled([pulled(), pulled()], [CALLED]) == (1, 0)


def test_a_pull_that_nothing_confirmed_may_have_a_row_or_none():
    assert lost_and_doubled([pulled(confirmed=False)], []) == (0, 0)
    assert lost_and_doubled([pulled(confirmed=False)], [CALLED]) == (0, 0)


def test_a_row_beyond_the_pulls_is_a_double_whatever_its_id():
    assert lost_and_doubled([pulled()], [dict(CALLED, id="a-1"), dict(CALLED, id="a-2")]) == (0, 1)


def test_one_loss_does_not_hide_behind_a_double_elsewhere():
    other = row(call="help", input="help", via="button")
    assert lost_and_doubled([pulled(), pulled("help")], [CALLED, CALLED]) == (1, 1)
    assert lost_and_doubled([pulled(), pulled("help")], [other, other]) == (1, 1)


def test_a_call_from_an_input_that_nobody_pulled_is_a_double():
    assert lost_and_doubled([], [CALLED]) == (0, 1)


def test_what_no_hand_causes_is_not_counted():
    by_takt = row(call="help", input="", via="takt")
    assert lost_and_doubled([], [by_takt, row("station.started"), row("andon.escalated", category="help")]) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())), st.lists(st.sampled_from("abcd")))
def test_it_is_exact_for_any_hands_and_rows(hands, rows):
    stimuli = [pulled(what, confirmed) for what, confirmed in hands]
    events = [row(call="quality", input=what, via="cord") for what in rows]
    lost, doubled = lost_and_doubled(stimuli, events)
    done, sure, seen = Counter(w for w, _ in hands), Counter(w for w, c in hands if c), Counter(rows)
    assert lost == (sure - seen).total()
    assert doubled == (seen - done).total()


def test_what_a_row_is_of():
    assert row_key(CALLED) == Key(STATION, "andon.called", "cord-1")
    assert row_key(row("kanban.tapped", card="04a1", loop="bolts")).what == "04a1"
    assert row_key(row("kanban.refused", card="04a1")).what == "04a1"
    assert row_key(row("andon.resolved", category="quality", call="j-1")).what == "quality"
    assert row_key(row("andon.restarted", stop="j-1")).what == ""


def test_a_watch_takes_the_first_answer_after_the_hand():
    stimulus = pulled(confirmed=False)
    watch = Watch(stimulus, lambda message: message["level"] == 1)
    watch(0.9, {"level": 1})
    watch(1.01, {"level": 0})
    assert stimulus.confirmed_at is None
    watch(1.03, {"level": 1})
    watch(1.5, {"level": 1})
    assert stimulus.confirmed_at == 1.03


def test_a_late_answer_is_none():
    stimulus = pulled(confirmed=False)
    Watch(stimulus, lambda message: True)(1.0 + CONFIRM_S + 0.1, {})
    assert stimulus.confirmed_at is None


def test_percentiles_are_samples_in_milliseconds():
    assert percentiles([]) == {"p50": None, "p99": None}
    assert percentiles([0.02]) == {"p50": 20.0, "p99": 20.0}
    assert percentiles(n / 1000 for n in range(100, 0, -1)) == {"p50": 51.0, "p99": 100.0}
