"""What stations say, in one line."""

from pullcord.line import words

CALLED = {
    "id": "6f1c9a2e41d07b35-123",
    "type": "pullcord.andon.called.v1",
    "data": {"call": "quality", "input": "cord-1", "via": "cord"},
}
RESOLVED = {
    "id": "6f1c9a2e41d07b35-126",
    "type": "pullcord.andon.resolved.v1",
    "data": {"call": "6f1c9a2e41d07b35-123", "category": "quality", "reason": "tool_worn", "by": "", "via": "badge"},
}
STATE = {
    "calls": [{"category": "quality", "phase": "called", "plant": False, "level": 1, "by": ""}],
    "line": {"state": "stopped", "permit": False},
    "lights": {"red": "ffffffff", "yellow": "cccccccc", "green": "00000000"},
    "row": "stopped",
    "faults": [{"input": "cord-1", "fault": "stuck"}],
    "journal": {"depth": 3},
    "link": {"state": "down", "reason": "the gateway: no broker"},
    "clock": {"state": "synced"},
    "config": {"hash": "0f3a"},
    "health": {"missing": ["reader-1"]},
}


def test_an_event_says_its_kind_first_and_then_what_it_is_about():
    assert words.of_event(CALLED) == "andon.called          quality input=cord-1 via=cord"
    assert words.of_event(RESOLVED) == ("andon.resolved        quality 6f1c9a2e41d07b35-123 reason=tool_worn via=badge")
    assert words.of_event(CALLED | {"test": True}).endswith("(test)")


def test_the_call_that_an_event_is_about_has_one_id():
    assert words.call_of(CALLED) == words.call_of(RESOLVED) == "6f1c9a2e41d07b35-123"
    assert words.call_of({"type": "pullcord.station.clock.v1", "data": {}}) == ""


def test_a_state_says_what_a_person_looks_at():
    assert words.of_state(STATE) == {
        "shows": "stopped",
        "lights": "red yellow~",
        "line": "stopped (permit off)",
        "calls": "quality called level 1 (not with the plant yet)",
        "faults": "cord-1 stuck",
        "missing": "reader-1",
        "link": "down the gateway: no broker",
        "waiting": "3",
        "clock": "synced",
        "config": "0f3a",
    }


def test_a_state_of_another_firmware_is_no_trouble():
    assert words.of_state({})["lights"] == "dark"
    assert words.of_event({}) == ""
