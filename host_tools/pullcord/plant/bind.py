"""Which board a station is: the chip's unique id in the plant file, written there by the tools."""

from collections.abc import Mapping
from pathlib import Path

from .boards import Board
from .edit import CannotEdit, Edit
from .model import Plant
from .problems import PlantError


class CannotBind(Exception):
    """The plant file does not take this board for that station; says why and what to do."""


def station_of(plant: Plant, uid: str) -> str | None:
    """area/line/station that the plant file gives to this board."""
    return next((path for path, (_, station) in plant.stations().items() if station.uid == uid), None)


def bind(file: Path, boards: Mapping[str, Board], path: str, uid: str) -> Plant:
    """Write `uid` to the station at area/line/station; the plant as it is then. CannotBind: nothing was changed."""
    area, line, name = path.split("/")
    try:
        edit = Edit.read(file)
        other = station_of(edit.check(boards), uid)
        if other not in (None, path):
            raise CannotBind(f"{file}: the board {uid} is {other}'s: take its `uid` away there first")
        edit.set(("areas", area, "lines", line, "stations", name, "uid"), uid)
        plant = edit.check(boards)
        edit.save()
    except PlantError as error:
        raise CannotBind(error.lines()[0]) from error
    except CannotEdit as error:
        raise CannotBind(f"{error}; there, `uid: \"{uid}\"` is to stand at {path}") from error
    except OSError as error:
        raise CannotBind(f"{file}: cannot be written ({error.strerror})") from error
    return plant
