"""Whom a call is told to, when, and when nobody is to be told."""

from zoneinfo import ZoneInfo

import pytest

from pullcord.line import moments
from pullcord.pull.calendar import Calendar, Shift
from pullcord.pull.escalation import NOBODY, Call, Shelf, due, waited_ms, waiting

MINUTE = 60_000
STATION = "acme/assembly/pumps/press-on"
SHIFTS = Calendar(
    ZoneInfo("Europe/Berlin"),
    (
        Shift("early", 6 * 60, 14 * 60, stops=((9 * 60, 9 * 60 + 15),)),
        Shift("late", 14 * 60, 22 * 60),
        Shift("night", 22 * 60, 6 * 60),
    ),
)
PLANT = {
    "lines": {"acme/assembly/pumps": {"shifts": None}},
    "stations": {
        STATION: {
            "categories": {
                "quality": {
                    "stop": "immediate", "escalate_s": [60, 180], "tell": [["lead"], ["lead"], ["chief", "lead"]],
                },
                "material": {"stop": "never", "escalate_s": [], "tell": [["handler"]]},
            }
        }
    },
    "people": {
        "maria": {"channels": ["maria-phone", "maria-mail"]},
        "jonas": {"channels": ["jonas-phone"]},
        "eva": {"channels": ["eva-phone"]},
    },
    "roles": {
        "lead": {"people": [], "on_call": {"early": ["maria"], "late": ["jonas"]}, "channels": ["lead-pager"]},
        "chief": {"people": ["eva"], "on_call": {}, "channels": []},
        "handler": {"people": [], "on_call": {"early": ["jonas"]}, "channels": []},
    },
}  # fmt: skip


def berlin(text):
    """In November, an hour ahead of UTC."""
    return moments.from_text(text + ":00+01:00")


TEN = berlin("2026-11-20T10:00")
CALL = Call("6f1c9a2e41d07b35-1", STATION, "quality", TEN, "called")


def told(now, *calls, shelves=()):
    found = due(calls or (CALL,), PLANT, SHIFTS, shelves, now)
    return sorted((notice.level, notice.role, notice.channel) for notice in found)


def test_the_call_itself_goes_to_whoever_has_the_role_in_this_shift():
    assert told(TEN) == [(0, "lead", "lead-pager"), (0, "lead", "maria-mail"), (0, "lead", "maria-phone")]
    three = berlin("2026-11-20T15:00")
    assert told(three, CALL._replace(called_at=three)) == [(0, "lead", "jonas-phone"), (0, "lead", "lead-pager")]


def test_of_one_channel_only_the_highest_level_is_told():
    after = told(TEN + 3 * MINUTE)
    assert (2, "chief", "eva-phone") in after
    assert [level for level, _, channel in after if channel == "maria-phone"] == [2]


@pytest.mark.parametrize(("seconds", "level"), [(0, 0), (59, 0), (60, 1), (179, 1), (180, 2), (9_000, 2)])
def test_levels_come_with_time(seconds, level):
    assert max(level for level, _, _ in told(TEN + seconds * 1000)) == level


def test_time_in_a_break_is_nobodys_delay():
    before = berlin("2026-11-20T08:59")
    assert waited_ms(SHIFTS, before, berlin("2026-11-20T09:20")) == 6 * MINUTE
    call = CALL._replace(called_at=before + 30_000)
    assert max(told(berlin("2026-11-20T09:14"), call))[0] == 0
    assert max(told(berlin("2026-11-20T09:16"), call))[0] == 1


@pytest.mark.parametrize("phase", ["acknowledged", "arrived"])
def test_a_call_that_somebody_has_is_told_to_nobody(phase):
    assert told(TEN + 5 * MINUTE, CALL._replace(phase=phase)) == []


def test_an_old_call_wakes_nobody():
    """A board that came back after a night in a drawer."""
    assert told(TEN + 13 * 60 * MINUTE) == []


def test_a_role_that_nobody_has_now_is_told_as_such():
    night = berlin("2026-11-20T23:00")
    call = CALL._replace(category="material", called_at=night)
    assert told(night, call) == [(0, "handler", NOBODY)]


def test_a_line_that_does_not_work_in_a_shift_has_nobody_of_it():
    plant = {**PLANT, "lines": {"acme/assembly/pumps": {"shifts": ["late"]}}}
    found = due([CALL], plant, SHIFTS, (), TEN)
    assert [notice.channel for notice in found] == ["lead-pager"]


def test_what_the_plant_file_does_not_know_is_told_to_nobody():
    assert told(TEN, CALL._replace(category="coffee")) == []
    assert told(TEN, CALL._replace(station="acme/assembly/pumps/gone")) == []


@pytest.mark.parametrize(("category", "until", "silent"), [
    ("", 10, True), ("quality", 10, True), ("material", 10, False), ("", -1, False),
])  # fmt: skip
def test_what_is_on_the_shelf_is_silent_until_its_time_is_up(category, until, silent):
    shelf = Shelf(STATION, category, TEN + until * MINUTE)
    assert (told(TEN, shelves=[shelf]) == []) is silent
    assert told(TEN + 10 * MINUTE, shelves=[shelf]) != []


def test_calls_of_a_station_that_chatters_must_last_a_minute():
    calls = [CALL._replace(call=f"j-{n}", category=name, called_at=TEN + n * 1000)
             for n, name in enumerate(("quality", "material", "quality"))]  # fmt: skip
    assert told(TEN + 3_000, *calls) == []
    assert told(TEN + 3_000, *calls[:2]) != []
    assert told(TEN + 63_000, *calls) != []


def test_only_calls_that_are_stored_and_meant_wait():
    def shown(call, **more):
        return {"id": call, "category": "quality", "started_ms": TEN, "phase": "called", "test": False} | more

    view = {"path": STATION, "calls": [shown("j-1"), shown(None), shown("j-3", test=True)]}
    assert [call.call for call in waiting([view])] == ["j-1"]


def test_every_call_level_and_channel_has_a_name_of_its_own():
    moments_ = (TEN, TEN + 61_000, TEN + 181_000)
    names = [notice.name for now in moments_ for notice in due([CALL], PLANT, SHIFTS, (), now)]
    assert len(set(names)) == len(names) == 10
