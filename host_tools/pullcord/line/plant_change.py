"""What another plant file would change, what undoing puts in force again, and what was in force."""

from typing import Any

from pullcord.line.log_reader import LogReader
from pullcord.line.plant_history import standing, taken_back
from pullcord.plant import boards as board_profiles
from pullcord.plant import diff
from pullcord.plant.problems import PlantError
from pullcord.plant.version import Version, version


def difference(log: LogReader, new: Version) -> dict[str, Any]:
    """`differences` in lines, `stations` with what they get anew, `based_on`: the position of the version in force.

    `compared` is false when there is nothing to compare with: no version, or one without its file.
    """
    every = log.plant_versions()
    old = _as_it_was(log, every[-1].file) if every else None
    return {
        "based_on": every[-1].position if every else 0,
        "unchanged": bool(every) and every[-1].hash == new.declared["hash"],
        "compared": old is not None,
        "differences": [str(one) for one in diff.of_files(old.plant, new.plant)] if old else [],
        "stations": {one.path: one.what for one in diff.of_stations(old.stations if old else (), new.stations)},
    }


def undone(log: LogReader) -> tuple[Version, dict[str, Any]]:
    """The version before, and its `plant.declared`. ValueError when there is none; PlantError when it does not do."""
    now, before = taken_back(log.plant_versions())
    filed = log.plant_file(before.file)
    if filed is None:
        raise ValueError(f"the file of version {before.number} is not in this database: apply the right one instead")
    old = version(*filed, board_profiles.load())
    return old, {**old.declared, "undoes": now.position}


def listed(log: LogReader) -> list[dict[str, Any]]:
    """Every version that was in force, in order; `standing`: undoing goes back through it."""
    every = log.plant_versions()
    kept = {one.position for one in standing(every)}
    return [one._asdict() | {"standing": one.position in kept} for one in every]


def text_of(log: LogReader, position: int | None = None) -> str:
    """The plant file in force, or the one that was put in force at a position. ValueError when there is none."""
    wanted = [one for one in log.plant_versions() if position in (None, one.position)]
    found = log.plant_file(wanted[-1].file) if wanted else None
    if found is None:
        raise ValueError("there is no such version, or it was put in force without its file")
    return found[1]


def _as_it_was(log: LogReader, file: str) -> Version | None:
    """None when it is not known, or only an earlier pullcord took it."""
    filed = log.plant_file(file)
    try:
        return version(*filed, board_profiles.load()) if filed else None
    except PlantError:
        return None
