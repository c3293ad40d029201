"""`pullcord rescue`: what a dead board still holds for the plant."""

import asyncio
import contextlib
import json
import os
import re
import time
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress

from pullcord.cli import database, rescued_words
from pullcord.cli.failure import FAILED, Failure, complain
from pullcord.cli.options import AsJson
from pullcord.cli.visible import visible
from pullcord.rescue import holes, reading, recording
from pullcord.rescue.holes import Hole
from pullcord.rescue.recording import NotRecorded, Recorded
from pullcord.usb.asking import may_stop
from pullcord.usb.board import back
from pullcord.usb.job import may_bite
from pullcord.usb.ports import port_named
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble


def register(app: typer.Typer) -> None:
    app.command("rescue")(rescue)


def rescue(
    port: Annotated[
        str, typer.Argument(metavar="PORT", help="The board's port or unique id; or a file that was rescued before.")
    ],
    db: Annotated[str, typer.Option("--db", metavar="DATABASE", help="Record them in this line's database.")] = "",
    broker: Annotated[
        Path | None, typer.Option("--broker", metavar="FILE", help="Send them through the broker of this plant.url.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the file with them is kept.")] = Path(
        "rescued"
    ),
    stop_the_line: Annotated[
        bool, typer.Option("--stop-the-line", help="Although a line runs by this station's permit.")
    ] = False,
    as_json: AsJson = False,
) -> int | None:
    """Read out the events that a dead or safe-mode board could not deliver, and record them, once.

    They are in a file before anything else is tried; on the board nothing is changed. Done twice, or delivered by
    the board itself later, they are still recorded once. $BROKER is used when neither --db nor --broker is given.

    [pullcord rescue /dev/ttyACM0 --db line.db]   [pullcord rescue rescued/st-04-6f1c9a2e41d07b35.jsonl --db line.db]
    """
    had = _had(port, out, stop_the_line)
    told: dict[str, object] = {"file": str(had.file or ""), "events": len(had.events), "unread": had.unread}
    told["gone"] = [hole._asdict() for hole in had.holes]
    told["never_recorded"] = holes.never_recorded(had.events)
    complain(*(f"could not be read: {words}" for words in had.unread))
    if had.events:
        told |= _recorded(had, db, broker)
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    else:
        typer.echo(visible("\n".join(rescued_words.lines(told, had.holes))))
    damaged = any(hole.why == holes.DAMAGED for hole in had.holes)
    return FAILED if had.unread or damaged or told.get("refused") or told.get("unproven") else None


class Had(NamedTuple):
    """`file`: where `events` are kept, None when there are none."""

    file: Path | None
    events: list[bytes]
    unread: list[str]
    holes: list[Hole]


def _had(port: str, out: Path, stop_the_line: bool) -> Had:
    if Path(port).is_file():
        try:
            events = recording.load(Path(port))
        except (OSError, ValueError) as error:
            raise Failure(f"pullcord rescue: {error}.") from error
        return Had(Path(port), events, [], holes.of_file(events))
    try:
        found = _from_board(port, stop_the_line)
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
    file = _kept(found, out) if found.events else None
    return Had(file, found.events, found.unread, found.holes)


def _kept(found: reading.Rescued, out: Path) -> Path:
    """The file with them, which is on the disk then."""
    file = out / f"{_as_name(found.station.rpartition('/')[2])}-{found.journal}.jsonl"
    if file.exists():
        file = file.with_name(f"{file.stem}-{time.strftime('%Y%m%dT%H%M%S')}.jsonl")  # nothing is written over
    try:
        recording.save(file, found.events)
    except OSError as error:
        why = f"cannot be written ({error.strerror}); choose another place with --out"
        raise Failure(f"pullcord rescue: {file}: {why}.") from error
    complain(f"{file}: {len(found.events)} events of {found.station or 'a station that they do not name'}")
    return file


def _as_name(station: str) -> str:
    """Its events name the station, and it is to name a file: what no station is called is left out."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", station)[:64] or "station"


def _from_board(name: str, stop_the_line: bool) -> reading.Rescued:
    port = port_named(name)
    with Session(port) as session, Progress(console=Console(stderr=True), transient=True) as bar:
        guarded = may_bite(may_stop(session, stop_the_line, interrupt=False))
        session.enter(fresh=True)
        task = bar.add_task("reading the journal", total=None)
        found = reading.read_board(session, guarded, lambda done, total: bar.update(task, completed=done, total=total))
        session.reset()
    with contextlib.suppress(Trouble):  # what it held is here, whether it comes back or not
        back(port)
    return found


def _recorded(had: Had, db: str, broker: Path | None) -> dict[str, object]:
    """Of what is to be told: where they went, and how many were new."""
    try:
        if db:
            with database.opened(db) as store:
                done: Recorded = recording.in_database(store, had.events, had.holes)
            return {"recorded": db, "new": done.new, "known": done.known, "refused": done.refused}
        url = broker.read_text().strip() if broker else os.environ.get("BROKER", "")
        if not url:
            complain(f"They are not recorded yet: pullcord rescue {had.file} --db line.db, or --broker plant.url")
            return {"recorded": ""}
        through = asyncio.run(recording.by_broker(url, had.events, had.holes))
        return {"recorded": "broker", "unproven": holes.beyond(had.events, through)}
    except (NotRecorded, OSError, ValueError) as error:
        safe = f"They are safe in {had.file}; give that in place of the port."
        raise Failure(f"pullcord rescue: {error}", safe) from error
