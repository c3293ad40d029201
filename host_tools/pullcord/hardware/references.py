"""The reference stations, and the call box on every board."""

from collections.abc import Iterator

from pullcord.plant import boards, load

from .parts import FOLDER, StationParts, catalogue, choices
from .sheets import Plan

REFERENCE = FOLDER / "reference"


def stations() -> Iterator[Plan]:
    """The four of plant.yaml. Raises PlantError."""
    return _plans("plant.yaml", choices())


def on_boards() -> Iterator[Plan]:
    """The call box on each board. Raises PlantError."""
    call_box = choices()["call-box"]
    profiles = boards.load()
    return _plans("boards.yaml", dict.fromkeys(profiles, call_box))


def _plans(file: str, parts: dict[str, StationParts]) -> Iterator[Plan]:
    profiles, items = boards.load(), catalogue()
    for path, (_, station) in load.load(REFERENCE / file, profiles).stations().items():
        name = path.rpartition("/")[2]
        yield Plan(name, station, profiles[station.board], parts[name], items)
