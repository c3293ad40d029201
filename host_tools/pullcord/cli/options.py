"""Options that several commands share, and what they stand for."""

from pathlib import Path
from typing import Annotated

import typer

from pullcord.cli.failure import Failure
from pullcord.plant import boards as board_profiles
from pullcord.plant.boards import Board
from pullcord.plant.find_station import NoSuchStation, find_station
from pullcord.plant.load import load
from pullcord.plant.model import Plant
from pullcord.plant.problems import PlantError
from pullcord.plant.secret_store import SecretStore

PlantFile = Annotated[
    Path, typer.Option("--plant", metavar="FILE", envvar="PULLCORD_PLANT", help="The plant file, when not plant.yaml.")
]
SecretsFile = Annotated[
    Path | None,
    typer.Option("--secrets", metavar="FILE", envvar="PULLCORD_SECRETS", help="Its secrets, when not beside it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
PLANT_FILE = Path("plant.yaml")


def opened_plant(file: Path) -> tuple[Plant, dict[str, Board]]:
    """The plant and the board profiles. Failure with every problem."""
    if not file.exists():
        raise Failure(f"pullcord: {file}: there is no such plant file; name it: --plant FILE")
    try:
        boards = board_profiles.load()
        return load(file, boards), boards
    except PlantError as error:
        raise Failure(*error.lines()) from error


def named_station(plant: Plant, called: str) -> str:
    """area/line/station. Failure says who there is."""
    try:
        return find_station(plant, called)
    except NoSuchStation as error:
        raise Failure(f"pullcord: {error}") from error


def secret_store(plant_file: Path, file: Path | None) -> SecretStore:
    return SecretStore(file) if file else SecretStore.beside(plant_file)


def board_files() -> dict[str, Board]:
    """The board profiles. Failure when one is wrong."""
    try:
        return board_profiles.load()
    except PlantError as error:
        raise Failure(*error.lines()) from error
