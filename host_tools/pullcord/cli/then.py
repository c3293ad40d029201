"""`pullcord loops then`: the loops at an earlier moment."""

import json
from typing import Annotated, Any

import typer

from pullcord.cli.database import Database, existing, telling
from pullcord.cli.deciding import AsJson, at, listed, moment
from pullcord.cli.failure import Failure
from pullcord.line.history import History
from pullcord.line.log_reader import LogReader


def then(
    file: Database,
    known: Annotated[str, typer.Option("--known", metavar="TIME", help="As the plant knew it at this time.")] = "",
    position: Annotated[
        int | None, typer.Option("--position", metavar="N", min=0, help="As the log up to this position says.")
    ] = None,
    true: Annotated[str, typer.Option("--true", metavar="TIME", help="As it really was, by all known now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show loops, queues and stock as they were known, or as they were, at an earlier time.

    Signals that came late make the difference: --known shows what people saw then, --true what was so.

    [pullcord loops then line.db --known 2026-12-02T18:00Z]
    """
    if sum((bool(known), position is not None, bool(true))) != 1:
        raise Failure("pullcord: say one of --known, --position and --true.")
    where = existing(file)
    reader = LogReader(where)
    try:
        with telling(where):
            found = _asked(History(reader), known, position, true)
    finally:
        reader.close()
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    listed(found, False, ("loop", "cards", "full", "open"), _loops(found), "There were no loops.")
    listed(found, False, ("supplier", "work", "loop", "card", "given"), _queues(found), "Nothing was asked for.")
    stock = ((row["item"], str(row["recorded"])) for row in found["stock"])
    listed(found, False, ("item", "on record"), stock, "There was no stock.")


def _asked(history: History, known: str, position: int | None, true: str) -> dict[str, Any]:
    if known:
        return history.known_then(moment(known, "--known"))
    return history.known_at(position) if position is not None else history.true_then(moment(true, "--true"))


def _loops(found: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(row["loop"], *(str(row[name]) for name in ("total", "full", "open"))) for row in found["loops"]]


def _queues(found: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (supplier, row["work"], row["loop"], row["card"] or row["reference"] or "-", at(row["given_at"]))
        for supplier, rows in found["queues"].items()
        for row in rows
    ]
