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


@given(st.text(max_size=80))
def test_a_topic_of_noise_is_nobodys_or_has_four_parts(topic):
    found = topics.read(topic)
    assert found is None or found.path.count("/") == 3


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"NaN", b'{"a":NaN}', b"1e999", b"\x00", b"\xff\xfe{\x00"])
def test_what_is_nearly_json_is_refused(payload):
    for kind in schemas.MESSAGES:
        assert messages.read(kind, payload)[0] is None
