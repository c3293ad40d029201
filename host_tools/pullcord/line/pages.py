"""What a message to a responder says: short, for a small screen, the most urgent first."""

from collections.abc import Mapping, Sequence
from typing import Any

from pullcord.pull.chasing import Reminder
from pullcord.pull.escalation import Notice

MINUTE_MS = 60_000
Told = tuple[str, str]
"""Title and text."""


def of_calls(told: Sequence[tuple[Notice, str]], views: Mapping[str, Mapping[str, Any]], now: int, again: bool) -> Told:
    """Notices of one channel, each with its link or "". `again`: it is not known whether they were told before."""
    worst_first = sorted(told, key=lambda one: (-one[0].level, one[0].call.called_at))
    lines = [_line(notice, views.get(notice.call.station), now, link) for notice, link in worst_first]
    first = worst_first[0][0].call
    title = f"{first.category} call at {_name(views.get(first.station), first.station)}"
    if len(told) > 1:
        title += f" and {len(told) - 1} more"
    if again:
        lines.append("(You may have been told this before: the service was started anew, or a backup was put back.)")
    return title, "\n\n".join(lines)


def of_reminder(reminder: Reminder) -> Told:
    count = len(reminder.calls)
    title = f"{count} {'call' if count == 1 else 'calls'} without a reason"
    shift = f"the {reminder.turn.shift} shift of {reminder.turn.day}"
    which = f"{title} in {shift}: {', '.join(reminder.calls[:20])}"
    return title, f"{which}\nWho knows why, enters the cause (`pullcord log cause`)."


def _line(notice: Notice, view: Mapping[str, Any] | None, now: int, link: str) -> str:
    call = notice.call
    waited = max(0, now - call.called_at) // MINUTE_MS
    since = "just now" if waited == 0 else f"for {waited} min"
    level = f" Level {notice.level}: nobody has taken it." if notice.level else ""
    stands = " The line stands." if _stands(view, call.call) else ""
    way = f"\nI take it: {link}" if link else ""
    return f"{call.category} at {_name(view, call.station)} ({call.station}), {since}.{stands}{level}{way}"


def _stands(view: Mapping[str, Any] | None, call: str) -> bool:
    return any(one["id"] == call and one["stop"] == "stopped" for one in (view["calls"] if view else ()))


def _name(view: Mapping[str, Any] | None, path: str) -> str:
    return str(view["name"]) if view else path.rpartition("/")[2]
