"""What `pullcord rescue` found and did, for whoever stands there."""

from typing import Any

from pullcord.rescue.holes import Hole


def lines(told: dict[str, Any], holes: list[Hole]) -> list[str]:
    return [_first(told, holes), *_unproven(told), *_gone(holes), *_never_recorded(told["never_recorded"])]


def _first(told: dict[str, Any], holes: list[Hole]) -> str:
    events = told["events"]
    if not events and (holes or told["unread"]):
        return "There is nothing left to rescue."
    if not events:
        return "The plant has everything that this board recorded: there is nothing to rescue."
    if not told["recorded"]:
        return f"{events} events are in {told['file']}."
    if told["recorded"] == "broker":
        proven = events - told["unproven"]
        return f"{events} events: the recorder has {proven if told['unproven'] else 'them all'}."
    refused = f", {len(told['refused'])} make no sense and are kept aside" if told["refused"] else ""
    return f"{events} events: {told['new']} recorded, {told['known']} were there already{refused}."


def _unproven(told: dict[str, Any]) -> list[str]:
    if not told.get("unproven"):
        return []
    behind = f"The other {told['unproven']} were sent, but lie behind a hole, over which no receipt counts."
    return [f"{behind} To be sure of them: pullcord rescue {told['file']} --db line.db"]


def _gone(holes: list[Hole]) -> list[str]:
    if not holes:
        return []
    count = sum(hole.size for hole in holes)
    return [
        f"{count} that the plant has no receipt for {'is' if count == 1 else 'are'} gone:",
        *(f"  {hole}" for hole in holes),
    ]


def _never_recorded(kinds: dict[str, int]) -> list[str]:
    """These are among the events that were rescued, so the plant knows it too."""
    if not kinds:
        return []
    which = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return [f"The station itself tells of {sum(kinds.values())} that it could not keep: {which}."]
