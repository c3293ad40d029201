"""Stops without a reason are chased, once, when the shift is over."""

from pullcord.pull import chasing
from tests.host_tools.pull.test_escalation import PLANT, SHIFTS, STATION, berlin

END = berlin("2026-11-20T14:00")
HOUR = 3_600_000


def call(number, resolved=True, **more):
    row = {
        "call": f"j-{number}", "station": STATION, "category": "quality", "called_at": END - HOUR,
        "resolved_at": END - HOUR + 60_000 if resolved else None, "reason": "unspecified" if resolved else None,
        "cause": None,
    }  # fmt: skip
    return row | more


def early():
    (turn,) = chasing.over(SHIFTS, END + 60_000)
    return turn


def test_a_shift_is_chased_after_its_end_and_not_the_next_morning():
    assert chasing.over(SHIFTS, END - 1) == []
    assert early().shift == "early"
    assert chasing.over(SHIFTS, END + 3 * HOUR) == []


def test_whoever_was_to_be_told_of_the_calls_is_reminded_of_all_of_them_at_once():
    calls = [call(1), call(2), call(3, reason="tool_worn"), call(4, cause="worn"), call(5, resolved=False)]
    found = chasing.due(early(), calls, PLANT, SHIFTS)
    assert {reminder.channel: reminder.calls for reminder in found} == {
        "lead-pager": ("j-1", "j-2"),
        "maria-mail": ("j-1", "j-2"),
        "maria-phone": ("j-1", "j-2"),
    }
    assert found[0].name == "reasons/2026-11-20/early/lead-pager"


def test_nobody_is_reminded_of_nothing():
    assert chasing.due(early(), [call(1, reason="tool_worn")], PLANT, SHIFTS) == []
    assert chasing.due(early(), [call(1, station="acme/a/b/gone")], PLANT, SHIFTS) == []
