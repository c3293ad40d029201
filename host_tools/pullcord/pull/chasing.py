"""Stops and calls without a reason are chased: when a shift is over, whoever owns them is reminded once. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pullcord.pull.calendar import Calendar, Turn
from pullcord.pull.calls import UNSPECIFIED
from pullcord.pull.escalation import reach
from pullcord.pull.sheet import Row

REMIND_MS = 2 * 3_600_000
"""So long after a shift its reminder may still be given: people of yesterday's are not reminded in the morning."""


class Reminder(NamedTuple):
    """What is to be explained, for the people of one channel."""

    turn: Turn
    role: str
    channel: str
    calls: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"reasons/{self.turn.day}/{self.turn.shift}/{self.channel}"


def cause_of(call: Row | None) -> str:
    """The true cause when a person entered it, otherwise the reason given at the station."""
    return (call and (call["cause"] or call["reason"])) or UNSPECIFIED


def unexplained(calls: Iterable[Row]) -> list[Row]:
    """Those that were resolved and of which nobody said why."""
    return [call for call in calls if call["resolved_at"] is not None and cause_of(call) == UNSPECIFIED]


def over(calendar: Calendar, now: int) -> list[Turn]:
    """The shifts that are over, and not for too long."""
    return [turn for turn in calendar.turns(now - REMIND_MS, now) if turn.span.end <= now]


def due(turn: Turn, calls: Iterable[Row], plant: Mapping[str, Any], calendar: Calendar) -> list[Reminder]:
    """Of the calls of that shift. Who was to be told of a call is to say what it was: as they could be reached then."""
    found: dict[str, tuple[str, list[str]]] = {}
    for call in unexplained(calls):
        categories = plant["stations"].get(call["station"], {"categories": {}})["categories"]
        roles = categories.get(call["category"], {"tell": []})["tell"][:1]
        for role in roles[0] if roles else []:
            for channel in reach(plant, calendar, call["station"], role, turn.span.end - 1):
                of_channel = found.setdefault(channel, (role, []))[1]
                if call["call"] not in of_channel:
                    of_channel.append(call["call"])
    return [Reminder(turn, role, channel, tuple(sorted(ids))) for channel, (role, ids) in sorted(found.items())]
