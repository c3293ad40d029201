"""`pullcord boards`: what hangs on USB."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pullcord.cli.failure import Failure
from pullcord.cli.options import AsJson, board_files
from pullcord.cli.visible import visible
from pullcord.plant.boards import Board
from pullcord.usb.board import Found, look, look_at_drive
from pullcord.usb.ports import drives, ports

AT_ONCE = 16
LOOK_S = 0.5
STATES = {
    "station": "at work",
    "prompt": "waits at its prompt",
    "safe": "SAFE MODE",
    "silent": "a program that does not answer",
    "bootloader": "bootloader: waits for an image",
    "closed": "cannot be opened",
}

Watch = Annotated[bool, typer.Option("--watch", help="Go on: tell each board that comes or goes, until Ctrl-C.")]
Interrupt = Annotated[
    bool, typer.Option("--interrupt", help="Also stop a program that does not answer, to ask the board. Then reset it.")
]


def register(app: typer.Typer) -> None:
    app.command("boards")(boards)


def boards(watch: Watch = False, interrupt: Interrupt = False, as_json: AsJson = False) -> None:
    """List what hangs on USB, and why a port cannot be opened.  [pullcord boards --watch]"""
    profiles = board_files()
    if watch:
        _watch(profiles, interrupt, as_json)
        return
    found = _look_at_all(profiles, interrupt)
    if as_json:
        typer.echo(json.dumps({"boards": [one.as_json() for one in found]}, indent=1))
    elif found:
        _show(found)
    else:
        typer.echo("No board is at USB. Is the cable one that carries data, not only power? Is the hub switched on?")


def _look_at_all(profiles: dict[str, Board], interrupt: bool) -> list[Found]:
    there, waiting = _list()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = list(pool.map(lambda port: look(port, profiles, interrupt), there))
    return asked + [look_at_drive(drive, profiles) for drive in waiting]


def _watch(profiles: dict[str, Board], interrupt: bool, as_json: bool) -> None:
    """A board is asked when it comes, and not again: whoever works with it has the port."""
    known: dict[str, str] = {}
    while True:
        there, waiting = _list()
        now = {port.device: port.location for port in there} | {str(drive.path): drive.location for drive in waiting}
        for name in sorted(set(known) - set(now)):
            _tell({"gone": name} if as_json else f"{name}: gone")
        new = [look(port, profiles, interrupt) for port in there if port.device not in known]
        new += [look_at_drive(drive, profiles) for drive in waiting if str(drive.path) not in known]
        for found in new:
            _tell({"there": found.as_json()} if as_json else _line(found))
        known = now
        time.sleep(LOOK_S)


def _list() -> tuple[list, list]:
    try:
        return ports(), drives()
    except (OSError, ValueError) as error:
        raise Failure(f"pullcord: the list of USB ports cannot be read: {error}") from error


def _tell(what: object) -> None:
    typer.echo(visible(what) if isinstance(what, str) else json.dumps(what))


def _line(found: Found) -> str:
    parts = [found.board or found.chip or found.usb, found.uid, found.station, STATES[found.state], *found.trouble]
    return f"{found.port}: " + ", ".join(part for part in parts if part)


def _show(found: list[Found]) -> None:
    console = Console()
    table = Table()
    for column in ("port", "board", "unique id", "MicroPython", "Pullcord", "station", "state"):
        table.add_column(column, overflow="fold")
    for one in found:
        board = one.board or one.chip or one.usb
        cells = (one.port, board, one.uid, one.micropython, one.firmware, one.station, _state(one))
        table.add_row(*(Text(visible(cell)) for cell in cells))
    console.print(table)
    for one in found:
        for line in one.trouble + [f"safe mode: {reason}" for reason in one.safe_mode if one.state == "safe"]:
            typer.echo(visible(line if one.port in line else f"{one.port}: {line}"))


def _state(found: Found) -> str:
    if found.state == "station" and found.permit:
        return "at work; a line runs by it"
    if found.state == "prompt" and not found.firmware:
        return "bare: no firmware yet"
    return STATES[found.state]
