"""One early shift in Berlin, whose figures were reckoned by hand."""

from zoneinfo import ZoneInfo

import pytest

from pullcord.line import moments
from pullcord.pull.alarms import HOUR_MS
from pullcord.pull.calendar import Calendar, Shift
from pullcord.pull.calls import Calls
from pullcord.pull.cycles import Cycles
from pullcord.pull.report import Facts, shifts
from pullcord.pull.spans import Span
from tests.host_tools.pull.entries import DAY, STATION, decided, entry

MINUTE = 60
SIX = 5 * 3600  # six o'clock in Berlin, in seconds of the UTC day
EARLY = Calendar(ZoneInfo("Europe/Berlin"), (Shift("early", 360, 840, stops=((540, 570),)),))
WHOLE_DAY = Span(DAY, DAY + 24 * HOUR_MS)


def call(number, minute, category="quality", *, answered=None, resolved=None, reason=None, cancelled=None):
    """Entries of a call; minutes from six o'clock. Somebody arrives two minutes after the answer."""
    about = {"call": f"c-{number}", "category": category, "by": "maria", "via": "badge"}

    def at(minutes, kind, **data):
        return entry(0, kind, SIX + minutes * MINUTE, about | data, by="maria")

    begin = {"call": category, "input": "cord", "via": "cord"}
    out = [entry(0, "andon.called", SIX + minute * MINUTE, begin, id=f"c-{number}")]
    out += [at(answered, "andon.acknowledged"), at(answered + 2, "andon.arrived")] if answered else []
    out += [at(resolved, "andon.resolved", reason=reason)] if resolved else []
    return out + ([at(cancelled, "andon.cancelled")] if cancelled else [])


def stop(number, begin, end=None):
    data = {"call": f"c-{number}", "category": "quality", "policy": "immediate"}
    out = [entry(0, "andon.stopped", SIX + begin * MINUTE, data, id=f"s-{number}")]
    restart = {"stop": f"s-{number}", "by": "", "via": "button"}
    return out + ([entry(0, "andon.restarted", SIX + end * MINUTE, restart)] if end else [])


def cycle(minute):
    data = {"cycle_ms": 60_000, "takt_ms": 60_000, "count": 1, "ahead_ms": 0}
    return entry(0, "cycle.completed", SIX + minute * MINUTE, data)


def spread(short, long):
    """Of two times."""
    return {"count": 2, "mean": (short + long) / 2, "p50": short, "p95": long, "max": long}


def reported(*entries, calendar=EARLY, span=WHOLE_DAY, takt=60_000, **more):
    calls, cycles = Calls(), Cycles()
    for one in entries:
        calls.apply(one)
        cycles.apply(one)
    facts = Facts(rows(calls.calls), rows(calls.stops), rows(cycles.cycles), {STATION: takt}, **more)
    return shifts(calendar, facts, span)


def rows(sheet):
    return list(sheet._rows.values())


def test_a_shift_as_reckoned_by_hand():
    """450 minutes are available. The line stands for 30, of which ten lie in the break: 430 are left to work in.

    344 cycles of a minute are 80 % of these; four are scrap.
    """
    entries = [
        *call(1, 60, answered=61, resolved=75, reason="tool_worn"), *stop(1, 60, 70),
        *call(2, 170, answered=173, resolved=189, reason="unspecified"), *stop(2, 170, 190),
        *call(3, 200, "material", cancelled=201),
        *[cycle(minute) for minute in range(344)],
        decided(0, "scrap.counted", SIX + 60, {"station": STATION, "count": 4, "reason": "burr"}),
    ]  # fmt: skip
    (early,) = reported(*entries)
    assert (early["shift"], early["day"], early["available_ms"] / 60_000) == ("early", "2026-11-20", 450)
    assert (early["calls"]["count"], early["calls"]["categories"]) == (3, {"quality": 2, "material": 1})
    assert early["calls"]["acknowledged_ms"] == spread(60_000, 180_000)
    assert early["calls"]["arrived_ms"] == spread(180_000, 300_000)
    assert early["calls"]["repaired_ms"] == spread(12 * 60_000, 14 * 60_000)
    assert early["stop_ms"] == spread(10 * 60_000, 20 * 60_000)
    assert early["calls"]["cancelled"] == 1
    assert early["calls"]["by_category"]["material"]["acknowledged_ms"]["count"] == 0
    assert (early["stops"], early["stopped_ms"] / 60_000) == (2, 30)
    assert [(c["cause"], c["total_ms"] / 60_000) for c in early["causes"]] == [("unspecified", 20), ("tool_worn", 10)]
    assert early["without_reason"] == ["c-2"]
    station = early["stations"][STATION]
    assert station["availability"] == pytest.approx(430 / 450)
    assert station["effectiveness"] == pytest.approx(0.8)
    assert station["quality"] == pytest.approx(340 / 344)
    assert station["oee"] == pytest.approx(430 / 450 * 0.8 * 340 / 344)
    assert station["ahead"] == pytest.approx(344 - 450)


def test_a_stop_that_goes_on_lasts_until_now():
    (early,) = reported(*call(1, 60), *stop(1, 60), span=Span(DAY, DAY + (SIX + 90 * MINUTE) * 1000))
    assert early["stopped_ms"] / 60_000 == 30
    assert early["available_ms"] / 60_000 == 90
    assert early["without_reason"] == []


def test_a_cause_that_a_person_entered_counts():
    cause = decided(0, "cause.entered", 0, {"call": "c-1", "cause": "worn_fixture", "note": ""})
    (early,) = reported(*call(1, 60, answered=61, resolved=75, reason="unspecified"), *stop(1, 60, 70), cause)
    assert [one["cause"] for one in early["causes"]] == ["worn_fixture"]
    assert early["without_reason"] == []


def test_floods_and_chatter_are_told():
    (early,) = reported(*[one for n in range(10) for one in call(n, n / 10)])
    assert [flood["alarms"] for flood in early["floods"]] == [10]
    assert early["chattering"] == {STATION: 10}


def test_without_shifts_all_of_the_time_is_one():
    (whole,) = reported(*call(1, 60), calendar=Calendar(ZoneInfo("UTC"), ()))
    assert (whole["shift"], whole["calls"]["count"], whole["available_ms"]) == ("", 1, 24 * HOUR_MS)


def test_a_station_without_takt_has_no_effectiveness():
    (early,) = reported(cycle(10), takt=None)
    station = early["stations"][STATION]
    assert (station["effectiveness"], station["oee"], station["ahead"]) == (None, None, None)
    assert (station["availability"], station["produced"]) == (1.0, 1)


def test_hour_by_hour_a_station_is_ahead_or_behind():
    """A cycle a minute until 8:30, then none: the break from 9:00 to 9:30 asks for nothing."""
    (early,) = reported(*[cycle(minute) for minute in range(150)])
    hours = early["stations"][STATION]["hours"]
    assert [hour["count"] for hour in hours] == [60, 60, 30, 0, 0, 0, 0, 0]
    assert [hour["expected"] for hour in hours] == [60, 60, 60, 30, 60, 60, 60, 60]
    assert [hour["ahead"] for hour in hours] == [0, 0, -30, -60, -120, -180, -240, -300]
    assert early["stations"][STATION]["cycle_ms"] == 60_000


def test_a_shift_that_begins_at_half_past_has_its_own_items_and_no_others():
    """6:30 to 14:30: half an hour before and half an hour after belong to others."""
    half_past = Calendar(ZoneInfo("Europe/Berlin"), (Shift("early", 390, 870),))
    (early,) = reported(*[cycle(minute) for minute in range(600)], calendar=half_past)
    assert early["stations"][STATION]["produced"] == 480
    assert early["stations"][STATION]["ahead"] == 0


def test_a_plant_that_is_half_an_hour_off():
    """Kolkata: 6:00 is 0:30 UTC."""
    kolkata = Calendar(ZoneInfo("Asia/Kolkata"), (Shift("early", 360, 840),))
    before, first, last, after = (cycle(minute - SIX / MINUTE) for minute in (29, 31, 509, 511))
    (early,) = reported(before, first, last, after, calendar=kolkata, span=Span(DAY, DAY + 12 * HOUR_MS))
    assert early["stations"][STATION]["produced"] == 2


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 9), ("2026-03-29", 7), ("2026-11-20", 8)])
def test_a_night_that_gains_or_loses_an_hour(day, hours):
    """22:00 to 6:00 in Berlin, from the day before on; a takt of a minute."""
    night = Calendar(ZoneInfo("Europe/Berlin"), (Shift("night", 1320, 360),))
    six = moments.from_text(f"{day}T05:00:00Z") - (HOUR_MS if day == "2026-03-29" else 0)
    (found,) = shifts(night, Facts([], [], [], {STATION: 60_000}), Span(six - 12 * HOUR_MS, six))
    assert found["available_ms"] / HOUR_MS == hours
    assert found["stations"][STATION]["ahead"] == -60 * hours
    assert len(found["stations"][STATION]["hours"]) == hours


def test_a_stop_of_one_station_stands_for_its_whole_segment():
    (early,) = reported(*call(1, 60), *stop(1, 60, 105), together={STATION: ["acme/other", STATION]})
    assert early["stations"][STATION]["availability"] == pytest.approx(405 / 450)
    (early,) = reported(*call(1, 60), *stop(1, 60, 105), together={STATION: ["acme/other"]})
    assert early["stations"][STATION]["availability"] == 1


def test_a_station_whose_line_does_not_work_in_a_shift_is_not_in_its_report():
    (early,) = reported(cycle(10), works={STATION: ["late"]})
    assert early["stations"] == {}


def test_time_lost_by_cause_station_and_category():
    (early,) = reported(*call(1, 60, answered=61, resolved=75, reason="tool_worn"), *stop(1, 60, 70))
    assert [(one["cause"], one["total_ms"] / 60_000) for one in early["pareto"]["station"]] == [(STATION, 10)]
    assert [(one["cause"], one["times"]) for one in early["pareto"]["category"]] == [("quality", 1)]


def test_a_falling_number_of_calls_is_a_warning():
    """Six days with ten calls, one with three."""
    week = [one for day in range(6) for n in range(10) for one in call(f"{day}-{n}", n * 20 - (6 - day) * 1440)]
    today = [one for n in range(3) for one in call(f"now-{n}", n * 20)]
    (early,) = reported(*week, *today)
    assert early["pulls"] == {"calls": 3, "usual": 10.0, "few": True, "many": False}
    (so_far,) = reported(*week, *today, span=Span(DAY, DAY + (SIX + 60 * MINUTE) * 1000))
    assert so_far["pulls"] == {"calls": 3, "usual": 10.0, "few": False, "many": False}


def test_more_than_a_responder_can_bear_is_told_of_that_responder():
    busy = [one for n in range(13) for one in call(n, n * 4, answered=n * 4 + 1)]
    told = {"about": "call", "role": "lead"}
    notices = [told | {"call": f"c-{n}", "decided_at": DAY + SIX * 1000 + n} for n in range(10)]
    (early,) = reported(*busy, notices=notices)
    assert list(early["responders"]["maria"]["too_many_an_hour"].values()) == [13]
    assert early["responders"]["role lead"]["alarms"] == 10
    assert [flood["alarms"] for flood in early["responders"]["role lead"]["floods"]] == [10]
