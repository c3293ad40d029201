"""The envelope: CloudEvents 1.0, one event a message, the same bytes for ever."""

import json

from a_station import JOURNAL, UNIX

from station.core.andon import Call
from station.core.event_types import TYPES
from station.core.events import Draft, compact, encode, event_id


def test_an_event_carries_what_the_protocol_says():
    draft = Draft("andon.called", {"call": "quality", "input": "cord-1", "via": "cord"})
    draft.stamp(17, 93412, UNIX, "synced")
    assert json.loads(encode(draft, JOURNAL, 123, "acme/assembly/line-1/st-04")) == {
        "specversion": "1.0",
        "id": "6f1c9a2e41d07b35-123",
        "source": "/acme/assembly/line-1/st-04",
        "type": "pullcord.andon.called.v1",
        "sequence": "0000000123",
        "time": "2026-11-20T17:56:03.412Z",
        "clock": "synced",
        "boot": 17,
        "uptime": 93412,
        "data": {"call": "quality", "input": "cord-1", "via": "cord"},
    }


def test_without_a_clock_there_is_no_time():
    event = json.loads(encode(Draft("station.gap", {}).stamp(1, 5, None, "unset"), JOURNAL, 1, "a/b/c/d"))
    assert "time" not in event and event["clock"] == "unset"


def test_what_a_test_caused_says_so():
    event = json.loads(encode(Draft("station.gap", {}, test=True), JOURNAL, 1, "a/b/c/d"))
    assert event["test"] is True


def test_what_follows_a_call_names_it():
    call = Call(1, "quality", 0)
    call.id = event_id(JOURNAL, 7)
    event = json.loads(encode(Draft("andon.arrived", {"by": ""}, call), JOURNAL, 8, "a/b/c/d"))
    assert event["data"] == {"by": "", "call": "6f1c9a2e41d07b35-7"}


def test_the_bytes_are_short():
    assert compact({"a": [1, 2]}) == b'{"a":[1,2]}'


def test_every_type_is_there_once():
    assert len(set(TYPES)) == len(TYPES) == 22
