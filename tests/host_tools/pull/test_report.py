"""One early shift in Berlin, whose figures were reckoned by hand."""

from zoneinfo import ZoneInfo

import pytest

from pullcord.pull.calendar import Calendar, Shift
from pullcord.pull.calls import Calls
from pullcord.pull.cycles import HOUR_MS, Cycles
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


def reported(*entries, calendar=EARLY, span=WHOLE_DAY, takt=60_000):
    calls, cycles = Calls(), Cycles()
    for one in entries:
        calls.apply(one)
        cycles.apply(one)
    facts = Facts(rows(calls.calls), rows(calls.stops), rows(cycles.cycles), {STATION: takt})
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
    assert early["calls"]["acknowledged_ms"] == {"p50": 60_000, "p95": 180_000}
    assert early["calls"]["arrived_ms"] == {"p50": 180_000, "p95": 300_000}
    assert early["calls"]["repaired_ms"] == {"p50": 12 * 60_000, "p95": 14 * 60_000}
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
