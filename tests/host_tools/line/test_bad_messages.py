"""Whatever arrives at the plant is taken or refused in words, and a refused event is kept whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.line import messages, schemas, topics
from pullcord.line.reading import Arrival, read
from tests import json_values
from tests.host_tools.line import events

ROOT = "pullcord/v1/acme/assembly/line-1/st-04"
payloads = st.one_of(
    st.binary(max_size=200),
    st.just(b"[" * 100_000),
    json_values.values.map(lambda value: json.dumps(value).encode()),
    json_values.damaged(events.called(1)).map(lambda value: json.dumps(value).encode()),
)


@given(st.sampled_from(schemas.MESSAGES), payloads)
@settings(deadline=None)
def test_a_message_is_read_or_refused(kind, payload):
    message, problem = messages.read(kind, payload)
    assert message is None or not problem
    assert message is not None or problem or not payload


@given(json_values.damaged(events.state()))
@settings(max_examples=300, deadline=None)
def test_a_damaged_state_is_what_the_board_can_show_or_it_is_refused(state):
    from pullcord.line.board import BoardState

    message, problem = messages.read("state", json.dumps(state).encode())
    if message is None:
        assert problem
        return
    board = BoardState("session")
    board.take_state(1000, "acme/assembly/line-1/st-04", message)
    assert json.dumps(board.snapshot())


@given(payloads)
@settings(max_examples=300, deadline=None)
def test_an_event_is_an_event_or_goes_into_quarantine_with_a_reason(payload):
    found = read(Arrival(ROOT + "/event", ROOT.removeprefix("pullcord/v1/"), payload, 0))
    assert found.reason or schemas.validate(json.loads(payload)) == []


ones = {
    "pullcord.andon.called.v1": events.called(1),
    "pullcord.cycle.completed.v1": events.event(1),
    "pullcord.station.clock.v1": events.clock_set(1),
    "state": events.state(calls=[events.call(1)]),
}


@given(st.sampled_from(sorted(ones)).flatmap(lambda name: st.tuples(st.just(name), json_values.damaged(ones[name]))))
@settings(max_examples=500, deadline=None)
def test_what_the_quick_judge_lets_pass_has_nothing_wrong_for_the_thorough_one(damaged):
    name, message = damaged
    known = schemas.shipped()
    judge = (known._events | known._messages)[name]
    try:
        passed = judge._is_right(message)
    except (ValueError, OverflowError, RecursionError):
        passed = False
    assert not passed or list(judge._slow.iter_errors(message)) == []


@pytest.mark.parametrize("name", sorted(ones))
def test_the_quick_judge_lets_good_messages_pass(name):
    known = schemas.shipped()
    assert (known._events | known._messages)[name]._is_right(ones[name])


@pytest.mark.parametrize("time", ["2026-11-20T17:56:03.412Z", "2026-02-30T17:56:03Z", "2026-13-20T17:56:03Z", "x"])
def test_a_moment_that_no_calendar_has_is_refused(time):
    refused = schemas.validate(events.called(1) | {"time": time})
    assert (refused == []) is (time == "2026-11-20T17:56:03.412Z")


@given(st.text(max_size=80))
def test_a_topic_of_noise_is_nobodys_or_has_four_parts(topic):
    found = topics.read(topic)
    assert found is None or found.path.count("/") == 3


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"NaN", b'{"a":NaN}', b"1e999", b"\x00", b"\xff\xfe{\x00"])
def test_what_is_nearly_json_is_refused(payload):
    for kind in schemas.MESSAGES:
        assert messages.read(kind, payload)[0] is None
