"""What a shift was like: from calls, stops and cycles to figures. Pure; moments are UTC milliseconds."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pullcord.pull import alarms, answers, effectiveness, measures
from pullcord.pull.calendar import DAY_MS, Calendar, Turn
from pullcord.pull.chasing import cause_of, unexplained
from pullcord.pull.sheet import Row
from pullcord.pull.spans import Span, common, total

USUAL_MS = 28 * DAY_MS
"""A shift is compared with those of the four weeks before it."""


@dataclass(frozen=True)
class Facts:
    """Rows of the sheets of these names; calls of `USUAL_MS` before the span, too.

    `takts`: the planned time an item by station (None: it has none). `works`: the shifts of its line (None: all).
    `together`: the stations of its segment, which stand when one of them does.
    """

    calls: Sequence[Row]
    stops: Sequence[Row]
    cycles: Sequence[Row]
    takts: Mapping[str, int | None]
    notices: Sequence[Row] = ()
    works: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    together: Mapping[str, Sequence[str]] = field(default_factory=dict)


def of_plant(
    plant: Mapping[str, Any], calls: Sequence[Row], stops: Sequence[Row], cycles: Sequence[Row], notices: Sequence[Row]
) -> Facts:
    """`plant` as it was put in force (`pull.declared`)."""
    line_of = {name: plant["lines"].get(name.rpartition("/")[0], {}) for name in plant["stations"]}
    return Facts(
        calls,
        stops,
        cycles,
        {name: station["takt_ms"] for name, station in plant["stations"].items()},
        notices,
        {name: line.get("shifts") for name, line in line_of.items()},
        {
            name: next((list(members) for members in line.get("segments", {}).values() if name in members), [name])
            for name, line in line_of.items()
        },
    )


def shifts(calendar: Calendar, facts: Facts, span: Span) -> list[dict[str, Any]]:
    """A report for each shift that has a part in the span; what of it lies outside is not looked at."""
    turns = list(calendar.turns(*span)) or [Turn("", calendar.day_of(span.begin), span, ())]
    return [_shift(calendar, turn, facts, span) for turn in turns]


def _shift(calendar: Calendar, turn: Turn, facts: Facts, span: Span) -> dict[str, Any]:
    within = Span(max(turn.span.begin, span.begin), min(turn.span.end, span.end))
    busy = common([within], turn.busy)
    calls = [call for call in facts.calls if _is_in(call["called_at"], within)]
    stops = [stop for stop in facts.stops if stop["stopped_at"] is not None]
    stopped = {stop["stop"]: common([_span(stop, within)], [within]) for stop in stops}
    begun = [stop for stop in stops if _is_in(stop["stopped_at"], within)]
    pareto = _pareto(stops, stopped, facts.calls)
    return {
        "shift": turn.shift,
        "day": turn.day.isoformat(),
        "begin": within.begin,
        "end": within.end,
        "available_ms": total(busy),
        "calls": answers.of(calls),
        "stops": len(begun),
        "stopped_ms": total(part for spans in stopped.values() for part in spans),
        "stop_ms": answers.spread(measures.gaps([(stop["stopped_at"], stop["restarted_at"]) for stop in begun])),
        "pareto": pareto,
        "causes": pareto["cause"],
        "without_reason": [call["call"] for call in unexplained(calls)],
        "pulls": _pulls(calendar, turn, facts, within, len(calls))._asdict(),
        **_alarms(facts, calls, within),
        "stations": {
            station: effectiveness.of_station(
                takt, within, busy, _standing(facts, station, stops, stopped),
                [row for row in facts.cycles if row["station"] == station],
            )
            for station, takt in facts.takts.items()
            if _works(facts.works.get(station), turn)
        },
    }  # fmt: skip


def _alarms(facts: Facts, calls: Sequence[Row], within: Span) -> dict[str, Any]:
    """By ISA-18.2: of the whole plant, of each person who took calls, and of each role that was told of them."""
    by_responder: dict[str, list[int]] = {}
    for call in calls:
        if call["taken_by"]:
            by_responder.setdefault(call["taken_by"], []).append(call["called_at"])
    told = [row for row in facts.notices if row["about"] == "call" and _is_in(row["decided_at"], within)]
    for role, moment, _ in sorted({(row["role"], row["decided_at"], row["call"]) for row in told}):
        by_responder.setdefault(f"role {role}", []).append(moment)
    return {
        **_load([call["called_at"] for call in calls], within),
        "responders": {name: _load(moments, within) for name, moments in sorted(by_responder.items())},
        "chattering": alarms.chattering((call["station"], call["called_at"]) for call in calls),
    }


def _load(moments: list[int], within: Span) -> dict[str, Any]:
    return {
        "alarms": len(moments),
        "floods": [flood._asdict() for flood in alarms.floods(moments, within.end)],
        "too_many_an_hour": alarms.too_many_an_hour(moments),
    }


def _pulls(calendar: Calendar, turn: Turn, facts: Facts, within: Span, count: int) -> alarms.Health:
    """Against the same shift of four weeks, since there are calls at all; a shift that is not over is not judged."""
    moments = sorted(call["called_at"] for call in facts.calls if call["called_at"] is not None)
    since = max(turn.span.begin - USUAL_MS, moments[0] if moments else turn.span.begin)
    earlier = [one.span for one in calendar.turns(since, turn.span.begin) if one.shift == turn.shift]
    whole = [one for one in earlier if since <= one.begin and one.end <= turn.span.begin]
    counts = [bisect_left(moments, one.end) - bisect_left(moments, one.begin) for one in whole]
    health = alarms.pulls_of_a_shift(count, counts)
    return health if within == turn.span else health._replace(few=False, many=False)


def _standing(facts: Facts, station: str, stops: Sequence[Row], stopped: Mapping[str, list[Span]]) -> list[Span]:
    together = facts.together.get(station, [station])
    return [part for stop in stops if stop["station"] in together for part in stopped[stop["stop"]]]


def _pareto(
    stops: Iterable[Row], stopped: Mapping[str, list[Span]], calls: Sequence[Row]
) -> dict[str, list[dict[str, Any]]]:
    """The time that lines stood, by `cause`, `station` and `category`."""
    by_id = {call["call"]: call for call in calls}
    lost = [(stop, total(stopped[stop["stop"]])) for stop in stops]
    names = {
        "cause": lambda stop: cause_of(by_id.get(stop["call"])),
        "station": lambda stop: stop["station"],
        "category": lambda stop: stop["category"] or "",
    }
    return {
        by: [one._asdict() for one in measures.pareto((name(stop), time) for stop, time in lost if time)]
        for by, name in names.items()
    }


def _works(shifts: Sequence[str] | None, turn: Turn) -> bool:
    return shifts is None or not turn.shift or turn.shift in shifts


def _span(stop: Row, within: Span) -> Span:
    """A stop that goes on lasts until the end of what is looked at."""
    end = stop["restarted_at"]
    return Span(stop["stopped_at"], within.end if end is None else end)


def _is_in(moment: int | None, span: Span) -> bool:
    return moment is not None and span.begin <= moment < span.end
