"""`pullcord gateway`: stations without a network, between their USB cables and the broker."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pullcord.cli.broker_access import Broker, broker_accounts
from pullcord.cli.failure import DONE, Failure
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile, SecretsFile, secret_store
from pullcord.cli.until_stopped import end_on_signals, sayer
from pullcord.cli.visible import visible
from pullcord.plant import boards as board_profiles
from pullcord.usb import service_unit
from pullcord.usb.board_link import Status
from pullcord.usb.gateway import Gateway
from pullcord.usb.plugged import boards_only


def register(app: typer.Typer) -> None:
    app.command("gateway")(gateway)


def gateway(
    ports: Annotated[
        list[str] | None, typer.Argument(metavar="PORT...", help="Such as /dev/ttyACM0; followed by its board.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every board that is plugged in, now and later.")] = False,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    broker: Broker = "",
    install: Annotated[
        Path | None, typer.Option("--install", metavar="DIR", help="Only write the systemd unit, into this folder.")
    ] = None,
    user: Annotated[str, typer.Option("--user", help="With --install: who the gateway is to run as.")] = "",
    group: Annotated[str, typer.Option("--group", help="With --install: who may open serial ports.")] = "dialout",
    as_json: AsJson = False,
) -> int:
    """Carry the messages of boards without a network between USB and the broker, until Ctrl-C.

    Boards may come and go, and the gateway may be ended and started at any time: what a station has recorded waits
    there until the plant has it.

    [pullcord gateway --all]   [pullcord gateway /dev/ttyACM0]   [pullcord gateway --all --install . --user pullcord]
    """
    if bool(ports) == every:
        raise typer.BadParameter("name the ports, or say --all", param_hint="PORT")
    if install is not None:
        return _install(install, user, group, ports or [], plant_file, secrets_file, broker)
    told = _Lines(as_json) if as_json or not sys.stdout.isatty() else _Screen()
    made = Gateway(broker_accounts(plant_file, secrets_file, broker), told.changed)
    told.boards = lambda: made.boards
    with told:
        asyncio.run(_until_stopped(made, ports or []))
    return DONE


async def _until_stopped(made: Gateway, ports: list[str]) -> None:
    end_on_signals(sayer(), "Ending; the plant is told that these boards are offline.")
    try:
        if ports:
            await made.serve(ports)
        else:
            usb = [usb for board in board_profiles.load().values() for usb in board.usb]
            await made.serve_all(boards_only(usb))
    except asyncio.CancelledError:
        pass  # so it is to end: each board's connection has said that it is offline


class _Lines:
    """A line for each change, for logs and programs."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.boards: Callable[[], list[Status]] = list

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass

    def changed(self, status: Status) -> None:
        print(json.dumps(asdict(status)) if self._as_json else _line(status), flush=True)


class _Screen:
    """One row a board, at a terminal."""

    def __init__(self) -> None:
        self.boards: Callable[[], list[Status]] = list
        self._live = Live(console=Console(), get_renderable=self._table, refresh_per_second=4)

    def __enter__(self) -> None:
        self._live.start()

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def changed(self, status: Status) -> None:
        """The next refresh shows it."""

    def _table(self) -> Table:
        table = Table("port", "station", "is", "events", "", box=None)
        for status in self.boards() or [Status("(no board is plugged in)")]:
            cells = (status.port, status.station, status.state, str(status.events), status.why)
            table.add_row(*(Text(visible(cell)) for cell in cells))
        return table


def _line(status: Status) -> str:
    words = [status.port, status.station, status.state, status.why]
    return visible(": ".join(word for word in words if word))


def _install(
    folder: Path, user: str, group: str, ports: list[str], plant: Path, secrets: Path | None, broker: str
) -> int:
    if not user:
        raise typer.BadParameter("say who the gateway is to run as: --user NAME", param_hint="--install")
    if "@" in broker:
        raise Failure("pullcord gateway: --broker: a unit is read by everybody: keep the password in the secrets.")
    command = [os.path.abspath(sys.argv[0]), "gateway", *(ports or ["--all"]), "--plant", str(plant.absolute())]
    command += ["--secrets", str(secret_store(plant, secrets).file.absolute())]
    command += ["--broker", broker] if broker else []
    file = folder / service_unit.NAME
    try:
        file.write_text(service_unit.unit(user, group, command))
    except OSError as error:
        raise Failure(f"pullcord gateway: {file}: {error.strerror}. Choose another folder.") from error
    typer.echo(f"{file} is written. To put it in force:")
    typer.echo(f"  sudo install -m 644 {file} /etc/systemd/system/")
    typer.echo("  sudo systemctl daemon-reload")
    typer.echo(f"  sudo systemctl enable --now {service_unit.NAME}")
    typer.echo(f"What it does: journalctl -u {service_unit.NAME} -f")
    typer.echo(f"The user {user} must be able to read the plant file and its secrets.")
    return DONE
