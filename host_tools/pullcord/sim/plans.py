"""The stations of a plant file, as a virtual line needs them."""

from collections.abc import Mapping
from pathlib import Path

from pullcord.plant import boards as board_profiles
from pullcord.plant.boards import Board
from pullcord.plant.compile import Compiled
from pullcord.plant.model import Plant, Station
from pullcord.plant.version import Version, read_version
from pullcord.plant.wiring import uses, words
from pullcord.sim.virtual_line import StationPlan
from pullcord.web.bench import BenchCard


def read_plans(file: Path) -> list[StationPlan]:
    """A plan for each station of the plant file, in its order. PlantError names all that is wrong with it."""
    boards = board_profiles.load()
    return plans(read_version(file, boards), boards)


def plans(version: Version, boards: Mapping[str, Board]) -> list[StationPlan]:
    """A plan for each station, in the order of the file."""
    stations = version.plant.stations().values()
    return [
        _plan(version.plant, compiled, station, boards[station.board].name)
        for compiled, (_, station) in zip(version.stations, stations, strict=True)
    ]


def _plan(plant: Plant, compiled: Compiled, station: Station, board: str) -> StationPlan:
    """With labels for the cards that may be held to this station: whose badge, or which loop."""
    cards = [(card.uid, card.loop, card.here, card.state) for card in compiled.cards]
    badges = {person.badge: name for name, person in plant.people.items() if person.badge}
    usable = [(uid, loop) for uid, loop, here, _ in cards if here and uid]
    labels = [BenchCard(uid, badges.get(uid) or f"{loop} {uid[-4:]}") for uid, loop in usable]
    wiring = [(use.pin, words(use)) for use in uses(station)]
    return StationPlan(compiled.config, cards, labels, board, wiring)
