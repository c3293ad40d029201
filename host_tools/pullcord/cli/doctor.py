"""`pullcord doctor`: one report on everything that a line needs."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pullcord.cli import database
from pullcord.cli.failure import FAILED
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile
from pullcord.doctor import at_usb, computer, plant_side, records
from pullcord.doctor.finding import Finding, told
from pullcord.plant import boards as board_profiles
from pullcord.sim.runtime import RuntimeUnusable, find

MARKS = {True: "[green]good[/green]", False: "[red]BAD [/red]", None: "[dim]  - [/dim]"}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    plant_file: PlantFile = PLANT_FILE,
    db: Annotated[str, typer.Option("--db", metavar="DATABASE", help="The line's database, such as line.db.")] = "",
    broker: Annotated[
        Path | None, typer.Option("--broker", metavar="FILE", help="The broker's address: plant.url; or $BROKER.")
    ] = None,
    as_json: AsJson = False,
) -> int | None:
    """Look at computer, boards, plant file, broker, recorder and database, and say what to do.

    Exit code 1 when something is wrong.

    [pullcord doctor --plant plant.yaml --broker build/plant/broker/plant.url --db line.db]
    """
    with Console(stderr=True).status("Looking; a recorder's heartbeat may take 12 s ..."):
        found = _look(plant_file, db, _url(broker))
    bad = [one for one in found if one.good is False]
    if as_json:
        typer.echo(json.dumps({"good": not bad, "findings": [one._asdict() for one in found]}, indent=1))
    else:
        _print(found, bad)
    return FAILED if bad else None


def _look(plant_file: Path, db: str, url: str) -> list[Finding]:
    now = time.time_ns() // 1_000_000
    found = [computer.clock(now, computer.is_synchronised())]
    found += computer.programs()
    found.append(computer.micropython(_micropython()))
    profiles = board_profiles.load()
    found += at_usb.boards(profiles)
    plant, finding = plant_side.plant_file(plant_file, profiles)
    found.append(finding)
    if url:
        found += asyncio.run(plant_side.broker(url, plant.site.name if plant else ""))
    else:
        found.append(told(plant_side.BROKER, "not looked at", "name it: --broker plant.url, or $BROKER"))
    if db:
        found += records.look(database.named(db), now)
    else:
        found.append(told(records.PART, "not looked at", "name it: --db line.db"))
    return found


def _micropython() -> str:
    try:
        found = find()
        return found.version if found.is_micropython else ""
    except RuntimeUnusable:
        return ""


def _url(file: Path | None) -> str:
    if file is None:
        return os.environ.get("BROKER", "")
    try:
        return file.read_text().strip()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--broker") from error


def _print(found: list[Finding], bad: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        console.print(f"{MARKS[one.good]}  {one.part:<10}  {escape(one.what)}")
        if one.next:
            console.print(f"                    -> {escape(one.next)}")
    console.print(f"[red]{len(bad)} things are wrong.[/red]" if bad else "Nothing is wrong.")
