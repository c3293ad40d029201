"""`pullcord replace`: a spare board takes over a station."""

from typing import Annotated

import typer

from pullcord.cli.flash import bring_up, places_at, tell
from pullcord.cli.image import Folder, opened
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile, SecretsFile, named_station, secret_store
from pullcord.cli.stations import Stations
from pullcord.usb.flash import Allowed


def register(app: typer.Typer) -> None:
    app.command("replace")(replace)


def replace(
    station: Annotated[str, typer.Argument(metavar="STATION", help="The station whose board is dead, such as st-04.")],
    port: Annotated[str, typer.Argument(metavar="PORT", help="Where the spare is: a port, a drive or a unique id.")],
    keep_password: Annotated[
        bool, typer.Option("--keep-password", help="The old board's, when nobody can get at the broker now.")
    ] = False,
    blank: Annotated[bool, typer.Option("--blank", help="The spare is new: write MicroPython first.")] = False,
    stop_the_line: Annotated[
        bool, typer.Option("--stop-the-line", help="Even if a line runs by the spare, or it does not answer.")
    ] = False,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> int | None:
    """Give a dead board's name, config, cards and a new password to a spare. Needs no network.

    [pullcord replace st-04 /dev/ttyACM0]
    """
    places = places_at([port])
    stations = Stations(plant_file, secret_store(plant_file, secrets_file))
    path = named_station(stations.plant, station)
    kind = stations.plant.stations()[path][1].board
    before = stations.plant.stations()[path][1].uid
    outcomes = bring_up(
        places,
        stations,
        [kind],
        opened(folder),
        lambda place, found: stations.take_over(path, place, found, keep_password),
        Allowed(stop_the_line, blank),
    )
    if before and before != stations.plant.stations()[path][1].uid:
        stations.told.append(f"The board {before} is no station any more; do not wire it up again.")
    if keep_password:
        stations.told.append(
            f"Its password is the old board's. When you can: `pullcord provision {path} --renew`, "
            f"`pullcord flash {port}`, and `pullcord broker {plant_file}`."
        )
    return tell(outcomes, stations, as_json)
