"""Whom to tell of a call, and when: by role, shift and time. Pure; moments are UTC milliseconds.

What waits is what stations say in their latest state, never what the log says: so no replay, no late backlog and no
restart tells anybody of a call that is over. Each (call, level) is told once through each channel.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pullcord.pull.alarms import CHATTER_FROM, CHATTER_MS
from pullcord.pull.calendar import Calendar
from pullcord.pull.spans import Span, total, without

CALLED = "called"
OLD_MS = 12 * 3_600_000
"""A call that is older was left behind, not made: nobody is woken for it."""
SETTLED_MS = 3_600_000
"""Whoever was told of a call so long before the log was lost knows of it, or was told at the next level."""
NOBODY = ""
"""The channel of a notice that should reach a role in which nobody is on call."""


class Call(NamedTuple):
    """One of a station's latest state. `age_ms`: how long it had waited then, by the station's own clock."""

    call: str
    station: str
    category: str
    called_at: int
    phase: str
    age_ms: int = 0


class Notice(NamedTuple):
    """To be told through `channel`, as somebody of `role`. Level 0 is the call itself."""

    call: Call
    level: int
    role: str
    channel: str

    @property
    def name(self) -> str:
        """The same for the same (call, level) and channel: told once."""
        return f"{self.call.call}/{self.level}/{self.channel or self.role}"


class Shelf(NamedTuple):
    """Nobody is told of a station's calls of one category ("": of any) until then."""

    station: str
    category: str
    until: int

    def holds(self, call: Call, now: int) -> bool:
        return self.station == call.station and self.category in ("", call.category) and now < self.until


def waiting(views: Iterable[Mapping[str, Any]]) -> list[Call]:
    """The calls that stations have open now, as the board shows them; those of a test are none."""
    return [
        Call(call["id"], view["path"], call["category"], call["started_ms"], call["phase"], _age(view, call["id"]))
        for view in views
        for call in view["calls"]
        if call["id"] is not None and not call["test"]
    ]


def _age(view: Mapping[str, Any], call: str) -> int:
    said = (view.get("state") or {}).get("calls", ())
    return max((one["age_ms"] for one in said if one["id"] == call), default=0)


def due(
    calls: Iterable[Call], plant: Mapping[str, Any], calendar: Calendar, shelves: Sequence[Shelf], now: int
) -> list[Notice]:
    """Every notice that should have been given by now, whether it was or not; of a channel only the highest level."""
    found: list[Notice] = []
    for call in _bearable(calls, now):
        if call.phase != CALLED or now - call.called_at > OLD_MS or any(shelf.holds(call, now) for shelf in shelves):
            continue
        found += _of_call(call, plant, calendar, now)
    return found


def forgotten(calls: Iterable[Call], plant: Mapping[str, Any], calendar: Calendar, replaced_at: int) -> dict[str, bool]:
    """The notices that a log should have had when a backup was put in its place, by name.

    True: nobody is told of it again. False: it is told, as what may be a repeat: the call was young, and a person who
    is told twice of a line that stands is better than none.
    """
    there = [call for call in calls if call.called_at <= replaced_at]
    given = due(there, plant, calendar, (), replaced_at)
    return {notice.name: replaced_at - notice.call.called_at >= SETTLED_MS for notice in given}


def _of_call(call: Call, plant: Mapping[str, Any], calendar: Calendar, now: int) -> list[Notice]:
    station = plant["stations"].get(call.station, {"categories": {}})
    policy = station["categories"].get(call.category)
    if policy is None:
        return []
    waited = waited_ms(calendar, call.called_at, now)
    level = sum(1 for seconds in policy["escalate_s"] if waited >= seconds * 1000)
    by_channel: dict[str, Notice] = {}
    for reached in range(level + 1):
        for role in policy["tell"][reached]:
            channels = reach(plant, calendar, call.station, role, now)
            for channel in channels or [NOBODY]:
                by_channel[channel or role] = Notice(call, reached, role, channel)
    return list(by_channel.values())


def waited_ms(calendar: Calendar, since: int, now: int) -> int:
    """In a planned stop nobody is waited for."""
    span = Span(since, max(since, now))
    return total(without([span], [stop for turn in calendar.turns(*span) for stop in turn.stops]))


def reach(plant: Mapping[str, Any], calendar: Calendar, station: str, role: str, now: int) -> list[str]:
    """The channels of whoever has the role now, each once."""
    said = plant["roles"].get(role)
    if said is None:
        return []
    people = list(said["people"])
    for shift in shifts_at(plant, calendar, station, now):
        people += said["on_call"].get(shift, [])
    channels = [channel for person in people for channel in plant["people"][person]["channels"]]
    return list(dict.fromkeys([*channels, *said["channels"]]))


def shifts_at(plant: Mapping[str, Any], calendar: Calendar, station: str, now: int) -> list[str]:
    """The names of the shifts under way at the station's line."""
    line = plant["lines"].get(station.rpartition("/")[0], {})
    works = line.get("shifts")
    return [turn.shift for turn in calendar.turns(now, now + 1) if works is None or turn.shift in works]


def _bearable(calls: Iterable[Call], now: int) -> list[Call]:
    """A call of a station that chatters must last a minute before anybody is told: most of them do not."""
    recent = list(calls)
    counts = Counter(call.station for call in recent if now - call.called_at < CHATTER_MS)
    return [
        call for call in recent if counts[call.station] < CHATTER_FROM or now - call.called_at >= CHATTER_MS
    ]
