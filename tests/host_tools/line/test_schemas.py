"""What the plant takes, what it refuses, and that the protocol's documents agree with each other."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pullcord.line import schemas
from station.core.event_types import TYPES
from tests.host_tools.line import events

PROTOCOL = Path(__file__).parents[3] / "docs" / "protocol"


def test_every_type_that_a_station_may_send_has_its_schema():
    assert schemas.shipped().types == sorted(f"pullcord.{name}.v1" for name in TYPES)


@pytest.mark.parametrize("path", sorted(PROTOCOL.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_a_schema_and_is_named_as_its_file(path):
    document = json.loads(path.read_text())
    Draft202012Validator.check_schema(document)
    assert document["$id"].endswith("/" + path.name)
    assert path.stem in document["title"] or path.stem in ("event", *schemas.MESSAGES)


def test_a_good_event_has_no_problems():
    assert schemas.validate(events.called(123)) == []


def test_every_problem_is_told_at_once_and_where_it_is():
    broken = events.called(123) | {"boot": -1}
    broken["data"] = {"call": "quality", "input": 7}
    problems = schemas.validate(broken)
    assert [problem.split(":")[0] for problem in problems] == ["boot", "data", "data.input"]
    assert "'via' is a required property" in problems[1]


def test_a_newer_station_may_say_more_than_this_version_knows():
    newer = events.called(123) | {"traceparent": "00-ab"}
    newer["data"]["pressure"] = 3
    assert schemas.validate(newer) == []
    assert schemas.shipped(strict=True).validate(newer) != []


def test_strict_takes_what_the_schemas_name():
    assert schemas.shipped(strict=True).validate(events.called(123)) == []
    assert schemas.shipped(strict=True).validate_message("state", events.state(calls=[events.call(3)])) == []


def test_an_unknown_type_is_refused_and_says_what_to_do():
    problems = schemas.validate(events.event(1, "andon.sung"))
    assert problems == [
        "type: pullcord.andon.sung.v1 is not known to this version; update the plant's software"
    ]


def test_an_unset_clock_has_no_time_and_any_other_has_one():
    unset = events.event(1, at=None)
    assert schemas.validate(unset) == []
    assert schemas.validate(unset | {"time": "2026-11-20T17:56:03.412Z"}) == ["time: must not be there"]
    assert schemas.validate(unset | {"clock": "synced"}) == ["message: 'time' is a required property"]


@pytest.mark.parametrize("time", ["2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-20T25:00:00Z"])
def test_a_moment_that_does_not_exist_is_refused(time):
    assert schemas.validate(events.event(1) | {"time": time}) != []


def test_a_command_about_a_call_names_it():
    command = {"id": "c-1", "expires": "2026-11-20T17:57:03.000Z", "do": "acknowledge"}
    assert schemas.shipped().validate_message("command", command) == [
        "message: 'call' is a required property"
    ]
    assert schemas.shipped().validate_message("command", command | {"do": "lamp_test"}) == []


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(Json, st.sampled_from(sorted(events.called(1))))
def test_nothing_that_is_json_makes_validation_raise(value, key):
    schemas.validate(value)
    schemas.validate(events.called(1) | {key: value})
