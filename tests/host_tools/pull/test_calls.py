"""Calls and stops, folded from what stations sent, in whatever order it came."""

import itertools

import pytest

from pullcord.pull.calls import Calls
from tests.host_tools.pull.entries import DAY, entry, placed

CALL = {"call": "j-1", "category": "quality"}
LIFE = [
    entry(1, "andon.called", 0, {"call": "quality", "input": "cord-1", "via": "cord"}, id="j-1"),
    entry(2, "andon.stopped", 20, CALL | {"policy": "fixed_position"}, id="j-2"),
    entry(3, "andon.acknowledged", 30, CALL | {"by": "maria", "via": "badge"}, by="maria"),
    entry(4, "andon.escalated", 60, CALL | {"level": 1}),
    entry(5, "andon.arrived", 70, CALL | {"by": "jonas", "via": "badge"}, by="jonas"),
    entry(6, "andon.resolved", 200, CALL | {"reason": "tool_worn", "by": "jonas", "via": "badge"}, by="jonas"),
    entry(7, "andon.restarted", 210, {"stop": "j-2", "by": "", "via": "button"}),
]


def folded(entries):
    calls = Calls()
    for one in entries:
        calls.apply(one)
    return calls


@pytest.mark.parametrize("cut", range(len(LIFE)))
def test_a_call_has_its_moments_whatever_came_last(cut):
    calls = folded(LIFE[:cut] + LIFE[cut + 1 :] + [LIFE[cut]])
    call, stop = calls.calls.get("j-1"), calls.stops.get("j-2")
    moments = [call[name] - DAY for name in ("called_at", "acknowledged_at", "arrived_at", "resolved_at", "ended_at")]
    assert moments == [0, 30_000, 70_000, 200_000, 200_000]
    assert (call["taken_by"], call["reason"], call["level"]) == ("maria", "tool_worn", 1)
    assert (stop["stopped_at"] - DAY, stop["restarted_at"] - DAY, stop["call"]) == (20_000, 210_000, "j-1")


def test_every_order_gives_the_same_rows():
    first = folded(LIFE[:5])
    for order in itertools.permutations(LIFE[:5]):
        assert folded(order).calls.get("j-1") == first.calls.get("j-1")


def test_a_call_that_was_a_test_is_no_call():
    assert folded([LIFE[0]._replace(test=True)]).calls.get("j-1") is None


def test_a_cancelled_call_is_over_and_has_no_reason():
    calls = folded([LIFE[0], entry(2, "andon.cancelled", 5, CALL | {"by": "", "via": "cord"})])
    call = calls.calls.get("j-1")
    assert (call["ended_at"] - DAY, call["reason"], call["resolved_at"]) == (5_000, None, None)
    assert list(calls.calls.open()) == []


def test_a_person_may_enter_the_true_cause_later():
    cause = entry(9, "cause.entered", 999, {"call": "j-1", "cause": "worn_fixture", "note": "seen twice"}, by="planner")
    call = folded([*LIFE, cause]).calls.get("j-1")
    assert (call["reason"], call["cause"], call["cause_by"]) == ("tool_worn", "worn_fixture", "planner")


def test_a_restart_after_a_reset_ends_no_stop():
    calls = folded([LIFE[1], entry(9, "andon.restarted", 30, {"stop": "", "by": "", "via": "button"})])
    assert calls.stops.get("j-2")["restarted_at"] is None


def as_a_station_sends(entries, step_after=99, step_ms=0, boots=lambda position: 3):
    """With the uptimes that a board gives; its clock is put right by `step_ms` behind that position."""
    return [
        one._replace(
            journal="j",
            boot=boots(one.position),
            uptime=one.at - DAY + 500_000,
            at=one.at + (step_ms if one.position > step_after else 0),
        )
        for one in entries
    ]


HOUR = 3_600_000
ROW = ("called_at", "acknowledged_at", "arrived_at", "resolved_at", "ended_at")


@pytest.mark.parametrize("step_ms", [HOUR, -HOUR, 900, -900])
@pytest.mark.parametrize("step_after", range(1, 7))
def test_a_clock_that_is_put_right_neither_reorders_nor_lengthens_a_call(step_after, step_ms):
    entries = as_a_station_sends(LIFE, step_after, step_ms)
    for order in (entries, entries[::-1], entries[3:] + entries[:3]):
        calls = folded(order)
        call, stop = calls.calls.get("j-1"), calls.stops.get("j-2")
        assert [call[name] - DAY for name in ROW] == [0, 30_000, 70_000, 200_000, 200_000]
        assert stop["restarted_at"] - stop["stopped_at"] == 190_000


def test_behind_a_reset_only_the_time_of_day_tells():
    entries = as_a_station_sends(LIFE, boots=lambda position: 3 if position < 5 else 4)
    call = folded(entries).calls.get("j-1")
    assert [call[name] - DAY for name in ROW] == [0, 30_000, 70_000, 200_000, 200_000]


def test_times_of_a_boot_without_a_clock_are_put_right_when_it_is_placed():
    loose = [one._replace(loose=True, journal="j", boot=3, uptime=1_000 * one.position) for one in LIFE]
    calls = folded([*loose, placed(8, "j", boot=3, began=DAY - 50_000)])
    call, stop = calls.calls.get("j-1"), calls.stops.get("j-2")
    assert (call["called_at"], call["ended_at"]) == (DAY - 49_000, DAY - 44_000)
    assert stop["restarted_at"] == DAY - 43_000
    assert all(not list(sheet.open()) for sheet in calls.sheets if sheet.name.endswith("_loose"))


def test_another_boot_stays_where_it_is():
    loose = LIFE[0]._replace(loose=True, journal="j", boot=3, uptime=1_000)
    calls = folded([loose, placed(8, "j", boot=4, began=DAY - 50_000)])
    assert calls.calls.get("j-1")["called_at"] == DAY
