"""`pullcord run`: a whole line on this computer, with virtual stations that run the firmware's own files."""

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from pullcord.cli.failure import DONE, FAILED, Failure
from pullcord.cli.until_stopped import end_on_signals, sayer
from pullcord.firmware.compiled import CompileFailed
from pullcord.line.broker import BrokerFailed
from pullcord.line.database import DatabaseUnusable
from pullcord.plant import boards as board_profiles
from pullcord.plant.problems import PlantError
from pullcord.plant.version import Version, read_version
from pullcord.sim import demo
from pullcord.sim.claim import Claimed
from pullcord.sim.plans import plans as plans_of
from pullcord.sim.process import StationFailed
from pullcord.sim.report import is_good
from pullcord.sim.runtime import Runtime, RuntimeUnusable, cpython, find
from pullcord.sim.scenario import NothingToPlay, with_short_mark
from pullcord.sim.virtual_line import StationPlan
from pullcord.web.server import PortTaken

SHOP = Path("docs/examples/assembly-shop.yaml")
PORT = 8080
EXPECTED = (
    BrokerFailed,
    Claimed,
    CompileFailed,
    DatabaseUnusable,
    demo.DemoFailed,
    NothingToPlay,
    PortTaken,
    StationFailed,
)


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    plant: Annotated[
        Path, typer.Option("--plant", metavar="FILE", help="The plant file of the line.")
    ] = SHOP,
    seconds: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", help="Play the fixed scenario, then report and end."),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Do not tell people to open the page.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the scenario's report as JSON.")
    ] = None,
    port: Annotated[
        int, typer.Option("--port", help="Where the page is served; 0 takes a free port.")
    ] = PORT,
    directory: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where flash images and the database are kept.")
    ] = Path("build/run"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier run left in DIR.")] = False,
    on_cpython: Annotated[
        bool, typer.Option("--cpython", help="Run the stations on CPython, not MicroPython.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scenario's report as JSON.")] = False,
) -> int:
    """Run a whole line here: broker, recorder, virtual stations, andon board and bench.

    The line goes on until Ctrl-C, and where it was at the next start. With --for it plays the fixed scenario
    on a fresh line and ends with a report: exit code 1 when anything was lost or doubled.
    $BROKER=mqtt://[user:password@]host:port uses a broker that is there already;
    $BROKER=embedded takes the one inside this program, also where Mosquitto is installed.

    [pullcord run]   [pullcord run --for 20 --headless --report build/run.json]
    """
    if seconds is None and (report is not None or as_json):
        hint = "--report" if report is not None else "--json"
        raise typer.BadParameter("a report needs a scenario: add --for SECONDS", param_hint=hint)
    plans, declared = _plans(plant)
    broker = os.environ.get("BROKER", "")
    how = _How(plans, directory / "line", _runtime(on_cpython), port, broker, fresh, declared)
    if seconds is not None:
        plans = [with_short_mark(plan) for plan in how.plans]
        how = how._replace(plans=plans, directory=directory / "scenario", port=0, fresh=True)
    try:
        if seconds is None:
            return asyncio.run(_until_stopped(how, headless))
        figures = asyncio.run(_scenario(how, seconds))
    except asyncio.CancelledError as stopped:
        raise Failure("pullcord run: stopped before the scenario's end, so there is no report.") from stopped
    except EXPECTED as failed:
        raise Failure(f"pullcord run: {failed}") from failed
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(figures, indent=1) + "\n")
    if as_json:
        typer.echo(json.dumps(figures, indent=1))
    else:
        _print(figures)
    return DONE if is_good(figures) else FAILED


class _How(NamedTuple):
    plans: list[StationPlan]
    directory: Path
    runtime: Runtime
    port: int
    broker: str
    fresh: bool
    plant: Version


async def _until_stopped(how: _How, headless: bool) -> int:
    """The line, until somebody ends it; that is how it should end."""
    say = sayer()
    end_on_signals(say, "Ending the line.")
    try:
        async with demo.running(*how[:4], say, how.broker, how.fresh, how.plant) as line:
            pressed = await demo.begin_shift(line)
            if pressed:
                names = ", ".join(path.rsplit("/", 1)[-1] for path in pressed)
                say(f"Restart was pressed at {names}: after power-on their line waits for somebody to do so.")
            if not headless:
                say(f"Board:  {line.url}")
                say(f"Bench:  {line.url}bench   (pull cords, tap cards, pull plugs)")
            say("Ctrl-C ends it; the next start goes on from here.")
            await asyncio.shield(line.recording)
    except asyncio.CancelledError:
        say("Ended.")
    return DONE


async def _scenario(how: _How, seconds: float) -> dict[str, Any]:
    """The scenario's report. CancelledError when somebody ended it before."""
    say = sayer()
    end_on_signals(say, "Ending the line.")
    async with demo.running(*how[:4], say, how.broker, how.fresh, how.plant) as line:
        say(f"Playing the scenario for {seconds:g} s; the board is at {line.url} meanwhile.")
        return await demo.play(line, seconds)


def _plans(file: Path) -> tuple[list[StationPlan], Version]:
    """The stations, and the plant file that is put in force."""
    try:
        boards = board_profiles.load()
        version = read_version(file, boards)
        return plans_of(version, boards), version
    except PlantError as error:
        raise Failure(*error.lines()) from error


def _runtime(on_cpython: bool) -> Runtime:
    if on_cpython:
        return cpython()
    try:
        return find()
    except RuntimeUnusable as error:
        raise Failure(f"pullcord run: {error}") from error


def _print(figures: dict[str, Any]) -> None:
    table = Table(title="The scenario, observed from outside", show_header=False)
    for name, value in figures.items():
        if name not in ("unconfirmed", "failures"):
            table.add_row(name, json.dumps(value) if isinstance(value, dict) else str(value))
    console = Console()
    console.print(table)
    for problem in figures["failures"]:
        console.print(f"Did not come about: {problem}")
    for key in figures["unconfirmed"]:
        console.print(f"Not confirmed by lamp or buzzer: {' '.join(key)}")
