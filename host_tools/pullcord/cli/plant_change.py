"""`pullcord plant apply|undo|history|text`: which plant file the line runs by."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.status import Status

from pullcord.cli.failure import Failure
from pullcord.cli.options import AsJson
from pullcord.cli.plant_doors import Door, opened_door
from pullcord.cli.service_client import HERE, ServiceUrl, TokenFile
from pullcord.line import moments

LOOK_S = 0.5

File = Annotated[Path, typer.Argument(metavar="FILE", help="The plant file that is to be in force.")]
Database = Annotated[
    str | None,
    typer.Option("--database", metavar="DATABASE", help="Write straight into this database, without a service."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="How long to watch the stations.")]


def register(group: typer.Typer) -> None:
    group.command("apply")(apply)
    group.command("undo")(undo)
    group.command("history")(history)
    group.command("text")(text)


def apply(
    file: File,
    service: ServiceUrl = HERE,
    token_file: TokenFile = None,
    database: Database = None,
    yes: Yes = False,
    wait: Wait = 10,
    as_json: AsJson = False,
) -> None:
    """Put a plant file in force: show the difference, ask, send the stations what is new for them.

    A station that is not in touch gets it when it comes back.  [pullcord plant apply plant.yaml]
    """
    content = _read(file)
    with opened_door(service, token_file, database) as door:
        with _busy("Comparing with what is in force ..."):
            change = door.difference(file.name, content)
        if change["unchanged"]:
            return _tell({"position": None, **change}, as_json, f"{file} is in force already.")
        if not as_json:
            _show(change)
        _confirm("Put it in force?", yes or as_json)
        with _busy("Putting it in force ..."):
            position = door.apply(file.name, content, change["based_on"])
        _tell({"position": position, **change}, as_json, f"In force (position {position} of the log).")
        if not as_json:
            _watch(door, position or 0, wait)


def undo(
    service: ServiceUrl = HERE,
    token_file: TokenFile = None,
    database: Database = None,
    yes: Yes = False,
    wait: Wait = 10,
    as_json: AsJson = False,
) -> None:
    """Put the plant file in force that was before this one. Your own file stays as it is.  [pullcord plant undo]"""
    with opened_door(service, token_file, database) as door:
        stack = [one for one in door.versions() if one["standing"]]
        if len(stack) < 2:
            raise Failure("pullcord plant undo: there is no version before the one in force.")
        now, before = stack[-1], stack[-2]
        if not as_json:
            typer.echo(f"In force: {_line(now)}")
            typer.echo(f"Before:   {_line(before)}")
        _confirm("Put the version before in force again?", yes or as_json)
        with _busy("Putting it in force ..."):
            position = door.undo(now["position"])
        told = f"In force (position {position} of the log). `pullcord plant text > plant.yaml` writes it to a file."
        _tell({"position": position, "undoes": now["position"]}, as_json, told)
        if not as_json:
            _watch(door, position or 0, wait)


def history(
    service: ServiceUrl = HERE, token_file: TokenFile = None, database: Database = None, as_json: AsJson = False
) -> None:
    """List the versions that were in force, the latest last.  [pullcord plant history]"""
    with opened_door(service, token_file, database) as door:
        every = door.versions()
    if as_json:
        typer.echo(json.dumps(every, indent=1))
        return
    for one in every:
        typer.echo(_line(one) + ("" if one["standing"] else "   (taken back)"))
    if not every:
        typer.echo("No plant file was put in force yet: `pullcord plant apply plant.yaml` does it.")


def text(
    service: ServiceUrl = HERE,
    token_file: TokenFile = None,
    database: Database = None,
    position: Annotated[int | None, typer.Option("--position", metavar="N", help="Of an earlier version.")] = None,
) -> None:
    """Print the plant file in force, or an earlier one, as it was written.  [pullcord plant text > plant.yaml]"""
    with opened_door(service, token_file, database) as door:
        typer.echo(door.text(position), nl=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise Failure(f"pullcord plant: {file}: cannot be read ({why}); name the plant file") from error


def _show(change: dict[str, Any]) -> None:
    if not change["compared"]:
        typer.echo("There is nothing to compare it with: no version is in force, or not with its file.")
    for line in change["differences"]:
        typer.echo(line)
    for station, what in change["stations"].items():
        typer.echo(f"{station}: {what}")
    if change["compared"] and not change["differences"]:
        typer.echo("Only comments or layout differ.")


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("pullcord plant: nobody is there to ask; add --yes when it is right.")
    if not typer.confirm(question):
        raise Failure("pullcord plant: nothing was changed.")


def _busy(words: str) -> Status:
    """A large plant file takes seconds to read."""
    return Console(stderr=True).status(words)


def _tell(answer: dict[str, Any], as_json: bool, words: str) -> None:
    typer.echo(json.dumps(answer, indent=1) if as_json else words)


def _watch(door: Door, position: int, seconds: float) -> None:
    """Until every station in touch has it, at most so long; then who has not, and why."""
    end = time.monotonic() + seconds
    with _busy("Waiting for the stations ..."):
        while (found := door.rollout()) is not None and time.monotonic() < end:
            if found["position"] >= position and all(one["has"] or not one["online"] for one in found["stations"]):
                break
            time.sleep(LOOK_S)
    if found is None:
        typer.echo("The stations get it from the line service, which sees it within a second when it runs.")
        return
    late = [one for one in found["stations"] if not one["has"]]
    typer.echo(f"{len(found['stations']) - len(late)} of {len(found['stations'])} stations run by it.")
    for one in late:
        typer.echo(f"{one['station']}: {one['why']}")


def _line(one: dict[str, Any]) -> str:
    return f"{one['position']:>8}  {moments.to_text(one['at'])}  {one['by']:<20} {one['hash']}"
