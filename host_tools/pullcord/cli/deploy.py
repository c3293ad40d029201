"""`pullcord deploy`: a new firmware or config onto boards that run MicroPython already."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pullcord.cli.failure import FAILED, Failure, complain
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile, SecretsFile
from pullcord.firmware.compiled import FIRMWARE, CompileFailed
from pullcord.firmware.release import Release, release
from pullcord.usb.deploy import Done, Wanted
from pullcord.usb.job import bring
from pullcord.usb.ports import Port, port_named, ports
from pullcord.usb.trouble import Trouble

AT_ONCE = 32

Ports = Annotated[list[str] | None, typer.Argument(metavar="PORT...", help="Ports, or the boards' unique ids.")]
All = Annotated[bool, typer.Option("--all", help="Every board at USB.")]
OnlyFirmware = Annotated[bool, typer.Option("--firmware", help="Only the firmware; no plant file is needed.")]
OnlyConfig = Annotated[bool, typer.Option("--config", help="Only config, secrets and cards.")]
StopTheLine = Annotated[
    bool, typer.Option("--stop-the-line", help="Also where a line runs by the board's permit: it falls off.")
]
Source = Annotated[
    Path | None, typer.Option("--source", metavar="DIR", help="Another firmware: for those who write it.")
]

Advance = Callable[[int, int], None]
Work = Callable[[Port, Advance], Done]


@dataclass
class Outcome:
    """How it went at one port. `trouble`: words, empty when it is well."""

    port: str
    changed: list[str] = field(default_factory=list)
    sent: int = 0
    trouble: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"port": self.port, "good": not self.trouble, **vars(self)}


def register(app: typer.Typer) -> None:
    app.command("deploy")(deploy)


def deploy(
    at: Ports = None,
    everything: All = False,
    firmware: OnlyFirmware = False,
    config: OnlyConfig = False,
    stop_the_line: StopTheLine = False,
    source: Source = None,
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> int | None:
    """Bring firmware and config onto boards: only what differs, verified, switched over at once.

    Whatever happens in the middle, the old or the new one runs, and doing it again completes it.

    [pullcord deploy /dev/ttyACM0]   [pullcord deploy --all --firmware]
    """
    both = firmware == config
    there = _ports(at or [], everything)
    made = _release(source or FIRMWARE) if firmware or both else None
    work = _with_config(made, plant_file, secrets_file, stop_the_line) if config or both else None
    with _progress(there, as_json) as advances:

        def one(port: Port) -> Outcome:
            return _one(port, work or _firmware_only(made, stop_the_line), advances[port.device])

        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(one, there))
    return _tell(outcomes, as_json)


def _one(port: Port, work: Work, advance: Advance) -> Outcome:
    """One board; what fails there does not stop the others."""
    outcome = Outcome(port.device)
    try:
        done = work(port, advance)
        outcome.changed, outcome.sent = done.changed, done.sent
    except Trouble as trouble:
        outcome.trouble = list(trouble.lines)
    return outcome


def _firmware_only(made: Release | None, stop_the_line: bool) -> Work:
    return lambda port, advance: bring(port, Wanted(made), stop_the_line, progress=advance)


def _with_config(made: Release | None, plant_file: Path, secrets_file: Path | None, stop_the_line: bool) -> Work:
    from pullcord.cli.deploy_config import WithConfig  # the plant file's rules take longer to load than a look takes

    return WithConfig(plant_file, secrets_file, made, stop_the_line).work


def _release(source: Path) -> Release:
    try:
        return release(source)
    except (CompileFailed, OSError) as error:
        raise Failure(f"pullcord deploy: the firmware in {source} cannot be compiled: {error}") from error


def _ports(named: list[str], everything: bool) -> list[Port]:
    if bool(named) == everything:
        raise Failure("pullcord deploy: name the ports, or say --all. `pullcord boards` lists them.")
    try:
        found = ports() if everything else [port_named(name) for name in dict.fromkeys(named)]
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
    if not found:
        raise Failure("pullcord deploy: no board is at USB. Is the cable one that carries data?")
    return found


@contextmanager
def _progress(there: list[Port], quiet: bool) -> Iterator[dict[str, Advance]]:
    """A line for each board, on the terminal only; what advances it, by port."""
    bar = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(*bar, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        tasks = {port.device: progress.add_task(port.device, total=None) for port in there}

        def advance(device: str) -> Advance:
            return lambda done, total: progress.update(tasks[device], completed=done, total=total)

        yield {device: advance(device) for device in tasks}


def _tell(outcomes: list[Outcome], as_json: bool) -> int | None:
    if as_json:
        typer.echo(json.dumps({"boards": [one.as_json() for one in outcomes]}, indent=1))
    for one in outcomes:
        if one.trouble:
            complain(*one.trouble)
        elif not as_json:
            what = f"{', '.join(one.changed)} ({one.sent:,} bytes sent)" if one.changed else "nothing differed"
            typer.echo(f"{one.port}: {what}")
    return FAILED if any(one.trouble for one in outcomes) else None
