"""The shifts of that week: response times, stops, OEE, takt. Each figure is reckoned here from the script alone."""

from collections import Counter
from statistics import mean

import pytest

from pullcord.pull.spans import Span
from tests.host_tools.pull.a_week import DAY, FIT, HOUR, MINUTE, MONDAY, PRESS, TAKT, WORK

SHIFTS = [("early", 360, 840), ("late", 840, 1320)]
WEEK = [(day, *shift) for day in range(5) for shift in SHIFTS]


@pytest.fixture(scope="module")
def reports(shop):
    found = shop.figures.shifts(Span(MONDAY, MONDAY + 5 * DAY))
    return {((one["begin"] - MONDAY) // DAY, one["shift"]): one for one in found}


def moments(day, begin, end):
    return MONDAY + day * DAY + begin * MINUTE, MONDAY + day * DAY + end * MINUTE


def worked(day, name):
    """(begin, end) of the pieces of work of a shift."""
    _, begin, end = next(shift for shift in SHIFTS if shift[0] == name)
    return [moments(day, a, b) for a, b in WORK if begin <= a < end]


def overlap(one, other):
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def standing(script, busy):
    """The two stations are a segment: while one stands, so does the other, and no moment is lost twice."""
    lost, until = 0, 0
    stops = [(call.stopped, call.restarted) for call in script.calls if call.stopped and call.station in (PRESS, FIT)]
    for begin, end in sorted(stops):
        lost += sum(overlap((max(begin, until), end), part) for part in busy)
        until = max(until, end)
    return lost


def calls_of(script, day, begin, end):
    first, last = moments(day, begin, end)
    return [call for call in script.calls if first <= call.called < last]


def percentile(values, share):
    """Nearest rank, by counting."""
    ordered = sorted(values)
    return next(v for n, v in enumerate(ordered, 1) if n * 100 >= share * len(ordered))


@pytest.mark.parametrize(("day", "shift", "begin", "end"), WEEK)
def test_calls_and_response_times(script, reports, day, shift, begin, end):
    calls = calls_of(script, day, begin, end)
    found = reports[day, shift]["calls"]
    assert found["categories"] == dict(Counter(call.category for call in calls))
    assert found["cancelled"] == sum(call.cancelled is not None for call in calls)
    answered = [call.acknowledged - call.called for call in calls if call.acknowledged]
    told = found["acknowledged_ms"]
    assert (told["count"], told["max"]) == (len(answered), max(answered))
    assert told["mean"] == pytest.approx(mean(answered))
    assert (told["p50"], told["p95"]) == (percentile(answered, 50), percentile(answered, 95))
    quality = [call.acknowledged - call.called for call in calls if call.acknowledged and call.category == "quality"]
    assert found["by_category"]["quality"]["acknowledged_ms"]["mean"] == pytest.approx(mean(quality))
    # Nobody presses a button on arrival: who resolves was there by then.
    there = [call.resolved - call.called for call in calls if call.resolved]
    assert found["arrived_ms"]["mean"] == pytest.approx(mean(there))


@pytest.mark.parametrize(("day", "shift", "begin", "end"), WEEK)
def test_stops(script, reports, day, shift, begin, end):
    first, last = moments(day, begin, end)
    stopped = [call for call in script.calls if call.stopped and first <= call.stopped < last]
    lengths = [call.restarted - call.stopped for call in stopped]
    found = reports[day, shift]
    assert found["stops"] == len(stopped)
    assert found["stop_ms"]["mean"] == pytest.approx(mean(lengths))
    by_station = Counter()
    for call in script.calls:
        if call.stopped:
            by_station[call.station] += overlap((call.stopped, call.restarted), (first, last))
    told = {one["cause"]: one["total_ms"] for one in found["pareto"]["station"]}
    assert told == {station: lost for station, lost in by_station.items() if lost}
    assert list(told.values()) == sorted(told.values(), reverse=True)


@pytest.mark.parametrize("station", [PRESS, FIT])
@pytest.mark.parametrize(("day", "shift", "begin", "end"), WEEK)
def test_oee_and_takt(script, reports, station, day, shift, begin, end):
    first, last = moments(day, begin, end)
    busy = worked(day, shift)
    available = sum(b - a for a, b in busy)
    assert available == 435 * MINUTE == reports[day, shift]["available_ms"]
    stood = standing(script, busy)
    pulses = [step.at for step in script.steps if (step.station, step.what) == (station, "cycle")][1:]
    made = sum(first <= at < last for at in pulses)
    found = reports[day, shift]["stations"][station]
    assert (found["produced"], found["planned_busy_ms"], found["production_ms"]) == (made, available, available - stood)
    assert found["availability"] == pytest.approx((available - stood) / available)
    assert found["effectiveness"] == pytest.approx(TAKT * made / (available - stood))
    assert found["quality"] == 1
    assert found["oee"] == pytest.approx(TAKT * made / available)
    assert found["ahead"] == pytest.approx(made - available / TAKT)
    hours = [sum(at <= pulse < at + HOUR for pulse in pulses) for at in range(first, last, HOUR)]
    assert [hour["count"] for hour in found["hours"]] == hours
    assert found["hours"][-1]["ahead"] == pytest.approx(found["ahead"])


def test_every_shift_of_the_week_is_there(reports):
    assert sorted(reports) == sorted((day, shift) for day, shift, _, _ in WEEK)
