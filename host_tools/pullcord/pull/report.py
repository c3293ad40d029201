"""What a shift was like: from calls, stops and cycles to figures. Pure; moments are UTC milliseconds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pullcord.pull import alarms, measures
from pullcord.pull.calendar import Calendar, Turn
from pullcord.pull.calls import UNSPECIFIED
from pullcord.pull.sheet import Row
from pullcord.pull.spans import Span, common, total, without


@dataclass(frozen=True)
class Facts:
    """Rows of the sheets of these names, and `takts`: the planned time an item by station (None: it has none)."""

    calls: Sequence[Row]
    stops: Sequence[Row]
    cycles: Sequence[Row]
    takts: Mapping[str, int | None]


def shifts(calendar: Calendar, facts: Facts, span: Span) -> list[dict[str, Any]]:
    """A report for each shift that has a part in the span; what of it lies outside is not looked at."""
    turns = list(calendar.turns(*span)) or [Turn("", calendar.day_of(span.begin), span, ())]
    return [_shift(turn, facts, Span(max(turn.span.begin, span.begin), min(turn.span.end, span.end))) for turn in turns]


def _shift(turn: Turn, facts: Facts, within: Span) -> dict[str, Any]:
    busy = common([within], turn.busy)
    calls = [call for call in facts.calls if _is_in(call["called_at"], within)]
    stops = [stop for stop in facts.stops if stop["stopped_at"] is not None]
    stopped = {stop["stop"]: common([_span(stop, within)], [within]) for stop in stops}
    moments = [call["called_at"] for call in calls]
    return {
        "shift": turn.shift,
        "day": turn.day.isoformat(),
        "begin": within.begin,
        "end": within.end,
        "available_ms": total(busy),
        "calls": _calls(calls),
        "stops": sum(1 for stop in stops if _is_in(stop["stopped_at"], within)),
        "stopped_ms": total(span for spans in stopped.values() for span in spans),
        "causes": [one._asdict() for one in _pareto(stops, stopped, facts.calls)],
        "without_reason": [call["call"] for call in calls if call["resolved_at"] and cause_of(call) == UNSPECIFIED],
        "floods": [flood._asdict() for flood in alarms.floods(moments, within.end)],
        "too_many_an_hour": alarms.too_many_an_hour(moments),
        "chattering": alarms.chattering((call["station"], call["called_at"]) for call in calls),
        "stations": _stations(facts, within, busy, stops, stopped),
    }


def cause_of(call: Row | None) -> str:
    """The true cause when a person entered it, otherwise the reason given at the station."""
    return (call and (call["cause"] or call["reason"])) or UNSPECIFIED


def _calls(calls: Sequence[Row]) -> dict[str, Any]:
    """How many of each category, and how long people had to wait. Cancelled ones were nobody's to answer."""
    answered = [call for call in calls if call["cancelled_at"] is None]
    out: dict[str, Any] = {"count": len(calls), "categories": dict(Counter(call["category"] for call in calls))}
    for name, begin, end in (
        ("acknowledged_ms", "called_at", "acknowledged_at"),
        ("arrived_ms", "called_at", "arrived_at"),
        ("repaired_ms", "arrived_at", "resolved_at"),
    ):
        waits = measures.gaps([(call[begin], call[end]) for call in answered])
        out[name] = {"p50": measures.percentile(waits, 0.5), "p95": measures.percentile(waits, 0.95)}
    return out


def _pareto(stops: Iterable[Row], stopped: Mapping[str, list[Span]], calls: Sequence[Row]) -> list[measures.Slice]:
    by_id = {call["call"]: call for call in calls}
    losses = ((cause_of(by_id.get(stop["call"])), total(stopped[stop["stop"]])) for stop in stops)
    return measures.pareto((cause, lost) for cause, lost in losses if lost)


def _stations(
    facts: Facts, within: Span, busy: list[Span], stops: Sequence[Row], stopped: Mapping[str, list[Span]]
) -> dict[str, dict[str, Any]]:
    """By ISO 22400-2. Items are counted by full hours, so a shift should begin at one."""
    out = {}
    for station, takt in facts.takts.items():
        standing = [span for stop in stops if stop["station"] == station for span in stopped[stop["stop"]]]
        hours = [row for row in facts.cycles if row["station"] == station and within.begin <= row["hour"] < within.end]
        produced, scrapped = sum(row["count"] for row in hours), sum(row["scrapped"] for row in hours)
        production_ms = total(without(busy, standing))
        found = measures.oee(total(busy), production_ms, takt, produced, max(0, produced - scrapped))
        by_hour = {row["hour"]: row["count"] for row in sorted(hours, key=lambda row: row["hour"])}
        expected = production_ms / takt if takt else None
        ahead = produced - total(busy) / takt if takt else None
        out[station] = found._asdict() | {
            "oee": found.oee, "produced": produced, "scrapped": scrapped, "expected": expected, "ahead": ahead,
            "overruns": sum(row["overruns"] for row in hours), "hours": by_hour,
        }  # fmt: skip
    return out


def _span(stop: Row, within: Span) -> Span:
    """A stop that goes on lasts until the end of what is looked at."""
    end = stop["restarted_at"]
    return Span(stop["stopped_at"], within.end if end is None else end)


def _is_in(moment: int | None, span: Span) -> bool:
    return moment is not None and span.begin <= moment < span.end
