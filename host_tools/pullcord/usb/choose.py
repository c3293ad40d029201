"""Which station a board becomes: by what a person says, by the plant file, by what the board already is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pullcord.plant.bind import station_of
from pullcord.plant.boards import Board
from pullcord.plant.model import Plant


class NotChosen(Exception):
    """Why no station is chosen for a board, and what to do."""


@dataclass(frozen=True)
class Found:
    """What a board says of itself. `station`: site/area/line/station of the config on it, or ""."""

    uid: str
    machine: str
    station: str = ""


def choose(found: Found, plant: Plant, boards: Mapping[str, Board], wanted: str = "") -> str:
    """area/line/station. `wanted`: the one that a person named. Raises NotChosen."""
    bound = station_of(plant, found.uid)
    own = _own(found, plant)
    path = wanted or bound or own
    if not path:
        raise NotChosen(
            f"the plant file gives no station to the board {found.uid}: say which: `pullcord flash PORT --station NAME`"
        )
    if bound and wanted and bound != wanted:
        raise NotChosen(f"the plant file gives this board to {bound}: take its `uid` away there first")
    station = plant.stations()[path][1]
    if station.uid and station.uid != found.uid:
        raise NotChosen(f"{path} is the board {station.uid}: `pullcord replace {path} PORT` gives it this one")
    check_kind(found, plant, boards, path)
    return path


def candidates(found: Found, plant: Plant, boards: Mapping[str, Board]) -> list[str]:
    """The stations that have no board yet and are meant for one of this kind."""
    stations = plant.stations().items()
    return [path for path, (_, item) in stations if not item.uid and boards[item.board].machine == found.machine]


def _own(found: Found, plant: Plant) -> str | None:
    """What it was before, when nobody else has that place."""
    site, _, path = found.station.partition("/")
    if site != plant.site.name or path not in plant.stations():
        return None
    return path if plant.stations()[path][1].uid in (None, found.uid) else None


def check_kind(found: Found, plant: Plant, boards: Mapping[str, Board], path: str) -> None:
    """NotChosen when the station is to be another kind of board."""
    station = plant.stations()[path][1]
    if boards[station.board].machine != found.machine:
        name = boards[station.board].name
        raise NotChosen(
            f"{path} is to be a {name}, and this is a {found.machine}: "
            f"take a {name}, or change the station's `board` in the plant file"
        )
