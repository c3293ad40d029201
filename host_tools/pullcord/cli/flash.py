"""`pullcord flash`: from bare boards to working stations, as many at once as hang at USB."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from rich.console import Console

from pullcord.cli.crate_view import CrateView
from pullcord.cli.failure import FAILED, Failure, complain
from pullcord.cli.image import Folder, opened
from pullcord.cli.options import (
    PLANT_FILE,
    AsJson,
    PlantFile,
    SecretsFile,
    board_files,
    named_station,
    secret_store,
)
from pullcord.cli.stations import Stations
from pullcord.cli.visible import visible
from pullcord.firmware.compiled import CompileFailed
from pullcord.firmware.release import Release, release
from pullcord.images.folder import ImageFolder
from pullcord.usb import ports
from pullcord.usb.blank import ImageChoice, expected
from pullcord.usb.board import Found
from pullcord.usb.crate import Crate, Outcome
from pullcord.usb.flash import Allowed, Flasher
from pullcord.usb.place import Place, all_places, place_of
from pullcord.usb.trouble import Trouble

AT_ONCE = 32


def register(app: typer.Typer) -> None:
    app.command("flash")(flash)


def flash(
    at: Annotated[list[str] | None, typer.Argument(metavar="PORT...", help="Ports, drives or unique ids.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every board at USB.")] = False,
    station: Annotated[str, typer.Option("--station", help="What the board is to be; else by its unique id.")] = "",
    board: Annotated[str, typer.Option("--board", metavar="NAME", help="The kind of board, where it cannot say.")] = "",
    blank: Annotated[bool, typer.Option("--blank", help="Also write MicroPython where nothing answers.")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="Erase an ESP32 first, with all that it holds.")] = False,
    stop_the_line: Annotated[
        bool, typer.Option("--stop-the-line", help="Also stop what holds a line's permit, or does not answer.")
    ] = False,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> int | None:
    """Bring MicroPython, firmware, config and passwords onto boards, and see that they work.

    It can be run again at any time, and does only what is missing.

    [pullcord flash --all]   [pullcord flash /dev/ttyACM0 --station st-04]
    """
    if bool(at) == everything:
        raise Failure("pullcord flash: name the ports, or say --all. `pullcord boards` lists them.")
    places = places_at(at or []) if at else _every_board()
    if not places:
        raise Failure(
            "pullcord flash: no board is at USB: are the cables such that carry data?",
            "A new Pico shows as a drive (RPI-RP2) that has to be mounted.",
        )
    stations = Stations(plant_file, secret_store(plant_file, secrets_file))
    if station and len(places) != 1:
        raise Failure("pullcord flash: --station is for one board; name its port.")
    if station:
        stations.wanted = named_station(stations.plant, station)
    if board and board not in stations.profiles:
        raise Failure(f"pullcord flash: --board {board}: no such board; one of {', '.join(stations.profiles)}.")
    kinds = [board] if board else stations.kinds()
    outcomes = bring_up(places, stations, kinds, opened(folder), stations.choose, Allowed(stop_the_line, blank, erase))
    return tell(outcomes, stations, as_json)


def bring_up(
    places: Sequence[Place],
    stations: Stations,
    kinds: Sequence[str],
    images: ImageFolder,
    choose: Callable[[Place, Found], str],
    allowed: Allowed,
) -> list[Outcome]:
    """All boards at these places, while a person watches. `kinds`: what a board may be that cannot say it."""
    choice = ImageChoice(images, expected(kinds, stations.profiles))
    flasher = Flasher(stations.profiles, choice, firmware(), stations.content, choose, allowed)
    with CrateView(places) as view:
        stations.ask = view.ask
        try:
            return Crate(flasher, view).work(places, AT_ONCE)
        except KeyboardInterrupt:
            raise Failure("pullcord: stopped by hand. Run it once more: it goes on where it was.") from None


def firmware() -> Release:
    """Compiled once, for all boards. Failure names the file that does not compile."""
    try:
        with Console(stderr=True).status("compiling the firmware"):
            return release()
    except CompileFailed as error:
        raise Failure(f"pullcord: the firmware does not compile: {error}") from error


def tell(outcomes: Sequence[Outcome], stations: Stations, as_json: bool) -> int | None:
    """Say how it ended; the exit code."""
    failed = [outcome for outcome in outcomes if not outcome.is_good]
    if as_json:
        typer.echo(json.dumps({"boards": [one.as_json() for one in outcomes], "told": stations.told}, indent=1))
    else:
        _show(outcomes)
        for line in stations.told:
            typer.echo(line)
    for outcome in failed:
        complain(*outcome.trouble)
    return FAILED if failed else None


def _show(outcomes: Sequence[Outcome]) -> None:
    console = Console(highlight=False)
    for outcome in outcomes:
        if outcome.is_good:
            did = ", ".join(outcome.did) or "everything was there already"
            console.print(f"{outcome.place}: {outcome.station} works: {did}", soft_wrap=True, markup=False)
        for note in outcome.notes:
            console.print(visible(f"  {outcome.station}: {note}"), soft_wrap=True, markup=False)
    good = sum(outcome.is_good for outcome in outcomes)
    console.print(f"{good} of {len(outcomes)} work.", soft_wrap=True, markup=False)


def _every_board() -> list[Place]:
    """Nothing is written to what is no board: other devices hang at serial ports, too."""
    known = {usb_id for profile in board_files().values() for usb_id in profile.usb}
    strangers = {place_of(port) for port in ports.ports() if port.usb_id not in known}
    return [place for place in all_places() if place not in strangers]


def places_at(named: Sequence[str]) -> list[Place]:
    """Where boards are by port, drive or unique id. Failure says what there is."""
    drives = {str(drive.path): drive for drive in ports.drives()}
    try:
        found = [
            Place(drives[name].location, "" if drives[name].location else name)
            if name in drives
            else place_of(ports.port_named(name))
            for name in named
        ]
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
    return list(dict.fromkeys(found))
