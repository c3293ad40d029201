"""`pullcord loops audit`: walk round with a card reader, and see which cards are there."""

import getpass
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from pullcord.cards.register import read_uid
from pullcord.cli.database import Database, figures_of, opened
from pullcord.cli.deciding import AsJson, at, listed, now_ms
from pullcord.cli.failure import Failure
from pullcord.line.log import PlantEvent
from pullcord.line.loop_figures import LoopFigures
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them

VERDICTS = ("right", "wrong_place", "should_be_out", "unknown", "missing")
WORDS = {
    "right": "there", "wrong_place": "in the wrong place", "should_be_out": "lost or retired, and here",
    "unknown": "of no loop", "missing": "not seen",
}  # fmt: skip


def audit(
    file: Database,
    place: Annotated[str, typer.Option("--place", metavar="STATION", help="Where you are, to begin with.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Go on with this one, or begin it.")] = "",
    loop: Annotated[list[str] | None, typer.Option("--loop", metavar="LOOP", help="Only cards of this loop.")] = None,
    go_on: Annotated[bool, typer.Option("--go-on", help="Do not end it: the walk goes on later.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read cards with a reader that types (or a file of uids), one a line, and compare them with the record.

    A line that names a station, such as acme/assembly/pumps/press-on, is where the next cards are. The end of the
    input ends the walk: what was not seen is missing.

    [pullcord loops audit line.db --place acme/assembly/pumps/press-on < uids.txt]
    """
    known = _stations(file)
    if place and place not in known:
        raise Failure(f"pullcord: there is no station {place}; there are: {', '.join(sorted(known)) or 'none'}.")
    chosen = name or f"audit-{now_ms()}"
    with opened(file) as store:
        _say(store, "audit.started", {"audit": chosen, "loops": {"names": loop or []}})
        for uid, where in _seen(place, known):
            _say(store, "audit.seen", {"audit": chosen, "card": uid, "place": where})
        if not go_on:
            _say(store, "audit.ended", {"audit": chosen})
        _fold(store)
    _tell(file, chosen, as_json)


def audits(file: Database, as_json: AsJson = False) -> None:
    """List the audits.  [pullcord loops audits line.db]"""
    with figures_of(file) as figures:
        found = LoopFigures(figures).audits()
    lines = (
        (
            row["audit"], at(row["started_at"]), at(row["ended_at"]), row["by"], str(len(row["cards"])),
            _count(row, "missing"),
        )
        for row in found
    )  # fmt: skip
    listed(found, as_json, ("audit", "from", "to", "by", "cards", "missing"), lines, "No audit yet.")


def _seen(place: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """What is typed: cards with the place where they are. What is neither a card nor a place is said, and left out."""
    for line in sys.stdin:
        text = line.strip()
        if text in known:
            place = text
        elif text:
            try:
                yield read_uid(text), place
            except ValueError as error:
                typer.echo(f"pullcord: {error}; it was left out.", err=True)


def _say(store: Store, kind: str, data: dict[str, Any]) -> None:
    now = now_ms()
    try:
        store.append(PlantEvent(kind, now, getpass.getuser(), data), now)
    except ValueError as error:
        raise Failure(f"pullcord: {error}") from error


def _fold(store: Store) -> None:
    """A service that runs does the same at the same time; neither minds."""
    projector = store.projector(all_of_them())
    projector.open()
    while not projector.catch_up().done:
        continue


def _tell(file: str, name: str, as_json: bool) -> None:
    with figures_of(file) as figures:
        (found,) = [row for row in LoopFigures(figures).audits() if row["audit"] == name]
    order = sorted(found["cards"], key=lambda card: (VERDICTS.index(card["verdict"]), card["loop"] or "", card["card"]))
    lines = (
        (card["card"], card["loop"] or "-", card["state"] or "-", card["place"] or "-", WORDS[card["verdict"]])
        for card in order
    )
    columns = ("card", "loop", "state", "place", "is")
    listed(found, as_json, columns, lines, "No card was read, and none is expected.")
    if not as_json and found["ended_at"] is None:
        typer.echo(f"Go on with: pullcord loops audit {file} --name {name}")


def _stations(file: str) -> set[str]:
    with figures_of(file) as figures:
        plant = figures.plant()
    ends = {loop[end] for loop in plant["loops"].values() for end in ("consumer", "supplier")}
    return set(plant["stations"]) | ends


def _count(row: dict[str, Any], verdict: str) -> str:
    return str(sum(card["verdict"] == verdict for card in row["cards"]))
