"""`pullcord cards enrol`: cards are laid on a reader one after another, and become a loop's."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from pullcord.cards import register as known_cards
from pullcord.cards import taps
from pullcord.cards.enrolment import Answer, Enrolment
from pullcord.cards.taps import NoTaps, Tap
from pullcord.cli import database
from pullcord.cli.editing import opened
from pullcord.cli.failure import Failure, complain
from pullcord.cli.options import named_station, opened_plant
from pullcord.plant.document import Document

BEEPS = {"new": "\a", "short": "\a", "known": "\a\a", "taken": "\a\a\a"}


def enrol(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plant file, such as plant.yaml.")],
    loop: Annotated[str, typer.Argument(metavar="LOOP", help="The loop that the cards become part of.")],
    station: Annotated[str, typer.Option("--station", metavar="STATION", help="Where the cards are laid down.")],
    db: Annotated[str, typer.Option("--db", metavar="DATABASE", help="Hear taps from this line's log.")] = "",
    broker: Annotated[
        Path | None, typer.Option("--broker", metavar="FILE", help="Hear them from the broker of this plant.url.")
    ] = None,
    reader: Annotated[str, typer.Option("--reader", metavar="READER", help="Only this reader of the station.")] = "",
    count: Annotated[int, typer.Option("--count", metavar="N", help="End after so many new cards.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line for each card.")] = False,
) -> None:
    """Enrol cards by tapping: lay one after another on the reader; each is written at once. Ctrl-C ends it.

    One beep: new. Two: it is this loop's already. Three: it belongs elsewhere, and is left alone.
    $BROKER=mqtt://[user:password@]host:port is used when neither --db nor --broker is given.

    [pullcord cards enrol plant.yaml bolt-m8 --station st-03 --db line.db]
    """
    plant, _ = opened_plant(file)
    path = f"{plant.site.name}/{named_station(plant, station)}"
    enrolment = _enrolment(file, loop)
    since = time.time_ns() // 1_000_000
    if not as_json:
        complain(f"Lay the cards of {loop} on {station}'s reader, one after another. Ctrl-C ends it.")
    try:
        asyncio.run(_listen(_source(db, broker, path, since), file, enrolment, reader, count, as_json))
    except NoTaps as error:
        raise Failure(f"pullcord cards: {error}") from error
    except KeyboardInterrupt:
        pass  # that is how it should end
    if not as_json:
        typer.echo(f"{len(enrolment.uids)} new cards. Stations get them when this plant file is put in force.")


async def _listen(
    source: AsyncIterator[Tap], file: Path, enrolment: Enrolment, reader: str, count: int, as_json: bool
) -> None:
    async with aclosing(source) as heard:  # type: ignore[type-var]
        async for tap in heard:
            if reader and tap.reader != reader:
                continue
            answer = enrolment.tap(tap.uid)
            if answer.is_new:
                _write(file, enrolment.loop, tap.uid)
            _tell(answer, tap, as_json)
            if count and len(enrolment.uids) >= count:
                return


def _write(file: Path, loop: str, uid: str) -> None:
    with opened(file) as edit:
        edit.add(("loops", loop, "cards"), uid)


def _tell(answer: Answer, tap: Tap, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"uid": answer.uid, "kind": answer.kind, "reader": tap.reader, "counted": tap.counted}))
        return
    counted = "; the station took this tap as a signal" if tap.counted else ""
    typer.echo(f"{BEEPS[answer.kind]}{answer.uid} {answer.words}{counted}.")


async def _of_database(db: str, path: str, since: int) -> AsyncIterator[Tap]:
    with database.opened(db) as store:
        async with aclosing(taps.of_database(store, path, since)) as heard:  # type: ignore[type-var]
            async for tap in heard:
                yield tap


def _source(db: str, broker: Path | None, path: str, since: int) -> AsyncIterator[Tap]:
    if db:
        return _of_database(db, path, since)
    try:
        url = broker.read_text().strip() if broker else os.environ.get("BROKER", "")
        if not url:
            raise Failure("pullcord cards: say where taps are heard: --db line.db, --broker plant.url, or $BROKER.")
        return taps.of_broker(url, path, since)
    except (OSError, ValueError) as error:
        raise Failure(f"pullcord cards: the broker's address cannot be had: {error}.") from error


def _enrolment(file: Path, loop: str) -> Enrolment:
    document = Document.read(file)
    loops = document.data.get("loops") or {}
    if loop not in loops:
        raise Failure(f"pullcord cards: {file}: no loop {loop}; there are: {', '.join(loops) or 'none'}.")
    return Enrolment(loop, known_cards.entries(document))
