"""Which plant files were put in force, by whom and when; and how one is put in force or taken back."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from pullcord.line import log
from pullcord.line.log import PlantEvent
from pullcord.pull.entry import Entry

DECLARED, FILED = "plant.declared", "plant.filed"


class Overtaken(ValueError):
    """Somebody else changed the plant since what was decided was looked at."""


class Standing(NamedTuple):
    """A version that was put in force. `number` counts them all; `file` is "" for one without its text."""

    number: int
    position: int
    at: int
    by: str
    hash: str
    file: str
    undoes: int | None


def versions(entries: Iterable[Entry]) -> list[Standing]:
    """All that were ever in force, from the `plant.declared` of a log."""
    return [
        Standing(
            number, entry.position, entry.at, entry.by, entry.data["hash"], entry.data.get("file") or "",
            entry.data.get("undoes"),
        )
        for number, entry in enumerate(entries, 1)
    ]  # fmt: skip


def standing(all_of_them: Iterable[Standing]) -> list[Standing]:
    """What undoing goes back through; the last one is in force. What was taken back is not among them."""
    stack: list[Standing] = []
    for version in all_of_them:
        if version.undoes is not None and len(stack) > 1:
            stack.pop()
            stack[-1] = version
        else:
            stack.append(version)
    return stack


def taken_back(all_of_them: Iterable[Standing]) -> tuple[Standing, Standing]:
    """The version in force, and the one that undoing it puts in force again. ValueError when there is none."""
    stack = standing(all_of_them)
    if len(stack) < 2:
        raise ValueError(f"there is nothing to take back: {'only one' if stack else 'no'} plant file was in force")
    if not stack[-2].file:
        raise ValueError(f"version {stack[-2].number} was put in force without its file: apply the right one instead")
    return stack[-1], stack[-2]


def put_in_force(
    connection: Connection,
    declared: dict[str, Any],
    now: int,
    by: str,
    filed: dict[str, Any] | None = None,
    based_on: int | None = None,
) -> int | None:
    """The position of the new version; None when it is in force already.

    `filed` is the file that it was made of. `based_on`: the position of the version that it is to follow (0: of none);
    Overtaken when another one is in force.
    """
    latest = log.newest_of(connection, DECLARED)
    in_force = latest.position if latest else 0
    if based_on is not None and based_on != in_force:
        who = f"{latest.by} put another plant file in force" if latest else "no plant file is in force"
        raise Overtaken(f"{who} meanwhile (position {in_force}, not {based_on}); look at the difference again")
    if latest is not None and latest.data["hash"] == declared["hash"]:
        return None
    if filed is not None:
        log.append(connection, PlantEvent(FILED, now, by, filed, f"plant-file/{filed['hash']}"), now)
    return log.append(connection, PlantEvent(DECLARED, now, by, declared), now).position
