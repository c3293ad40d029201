"""Commands that write a decision into a line's log, and how moments and lists are told."""

import getpass
import json
import time
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Annotated, Any

import typer

from pullcord.cli.database import opened
from pullcord.cli.failure import Failure
from pullcord.line import moments
from pullcord.line.log import PlantEvent

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the log.")]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def record(where: str, kind: str, data: dict[str, Any], as_json: bool, key: str | None = None) -> None:
    """Append the decision in the name of who is logged in here. Failure when it makes no sense."""
    now = now_ms()
    with opened(where) as store:
        try:
            appended = store.append(PlantEvent(kind, now, getpass.getuser(), data, key, exact=True), now)
        except ValueError as error:
            raise Failure(f"pullcord: {error}") from error
    if as_json:
        typer.echo(json.dumps(appended._asdict()))
    elif appended.repeated:
        typer.echo(f"It was recorded before, at position {appended.position}.")
    else:
        typer.echo(f"Recorded at position {appended.position}.")


def listed(rows: Any, as_json: bool, columns: Sequence[str], lines: Iterable[Sequence[str]], empty: str) -> None:
    """`rows` for programs; for people aligned columns of `lines`, or the words of `empty`.

    A line stays a line however narrow the window is, so that it can be searched for; a cell with several goes on below.
    """
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
        return
    told = list(lines)
    if not told:
        typer.echo(empty)
        return
    cells = [[cell.split("\n") for cell in line] for line in ([name.upper() for name in columns], *told)]
    widths = [max(len(part) for line in cells for part in line[index]) for index in range(len(columns))]
    for line in cells:
        for parts in zip_longest(*line, fillvalue=""):
            typer.echo("  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip())


def at(unix_ms: int | None) -> str:
    """`2026-11-20 17:56Z`."""
    return "-" if unix_ms is None else moments.to_text(unix_ms)[:16].replace("T", " ") + "Z"


def number(value: float | None, unit: str = "", digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}{unit}"


def share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def moment(text: str, option: str) -> int:
    """Failure when the text is no moment."""
    try:
        return moments.from_text(text)
    except ValueError as error:
        raise Failure(f"pullcord: {option} {text}: is no moment; write UTC as 2026-11-20T06:00Z") from error
