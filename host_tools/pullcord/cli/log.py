"""`pullcord log`: look at the log of a line's database, and make anew what is folded from it."""

import getpass
import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from pullcord.cli.database import Database, opened
from pullcord.cli.failure import FAILED, Failure, complain
from pullcord.line import moments, retention
from pullcord.line.log import PlantEvent
from pullcord.pull.entry import Entry
from pullcord.pull.projections import all_of_them

# A service that runs must get its turn to record, and nobody queues at a database.
PAUSE_S = 0.02
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one entry a line, for programs.")]

THINNED_AT_ONCE = 2_000
"""The service waits for its turn no longer than that takes."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Look at a line's log, add to it, fold it anew.")
    group.command("show")(show)
    group.command("cause")(cause)
    group.command("rebuild")(rebuild)
    group.command("thin")(thin)
    app.add_typer(group, name="log")


def show(
    file: Database,
    after: Annotated[int, typer.Option("--after", metavar="N", help="Begin behind this position.")] = 0,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List entries of the log in their order.  [pullcord log show line.db --after 120]"""
    with opened(file) as store:
        entries = store.read_log(after, limit)
    for entry in entries:
        typer.echo(json.dumps(_for_programs(entry)) if as_json else _line(entry))


def cause(
    file: Database,
    call: Annotated[str, typer.Argument(help="The call's id, such as 6f1c9a2e41d07b35-123.")],
    true_cause: Annotated[str, typer.Argument(metavar="CAUSE", help="What was found, as a word.")],
    note: Annotated[str, typer.Option("--note", help="What else is worth knowing.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter the true cause of a call.  [pullcord log cause line.db 6f1c9a2e41d07b35-123 worn_fixture]"""
    now = time.time_ns() // 1_000_000
    data = {"call": call, "cause": true_cause, "note": note}
    with opened(file) as store:
        try:
            position = store.append(PlantEvent("cause.entered", now, getpass.getuser(), data), now).position
        except ValueError as error:
            raise Failure(f"pullcord log: {error}") from error
    typer.echo(json.dumps({"position": position}) if as_json else f"Recorded at position {position}.")


def rebuild(file: Database, as_json: AsJson = False) -> int | None:
    """Make every table anew that is folded from the log.  [pullcord log rebuild line.db]"""
    with opened(file) as store, Bar(console=Console(stderr=True), transient=True) as bar:
        shown = store.place.shown
        projector = store.projector(all_of_them())
        projector.open()
        projector.rebuild()
        task = bar.add_task("folding", total=None)
        while not (progress := projector.catch_up()).done:
            bar.update(task, total=progress.newest, completed=progress.position)
            time.sleep(PAUSE_S)
    for name, why in projector.trouble.items():
        complain(f"pullcord log: projection {name} stands still at {why}; please report it.")
    told = {"entries": progress.newest, "trouble": projector.trouble}
    typer.echo(json.dumps(told) if as_json else f"{shown}: {progress.newest} entries folded.")
    return FAILED if projector.trouble else None


def thin(
    file: Database,
    days: Annotated[int, typer.Option("--days", metavar="N", min=7, help="Older than so many days.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make old events smaller and forget old messages in quarantine.  [pullcord log thin line.db --days 90]

    Nothing that an event said is lost, and events are recorded meanwhile.
    """
    now = time.time_ns() // 1_000_000
    before = now - days * 86_400_000
    position, count, saved = 0, 0, 0
    with opened(file) as store, Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("thinning", total=store.counts()["recorded"])
        while True:
            with store.transaction() as connection:
                done = retention.thin(connection, before, position, THINNED_AT_ONCE)
            if done.position is None:
                break
            position, count, saved = done.position, count + done.events, saved + done.saved
            bar.update(task, completed=position)
        with store.transaction() as connection:
            forgotten = retention.forget_quarantined(connection, before)
        if count or forgotten:
            data = {"before": before, "events": count, "quarantined": forgotten}
            store.append(PlantEvent("log.thinned", now, getpass.getuser(), data), now)
    if as_json:
        typer.echo(json.dumps({"events": count, "saved_bytes": saved, "quarantined": forgotten}))
    else:
        typer.echo(f"{count} events are {saved / 1_000_000:.1f} MB smaller, {forgotten} messages in quarantine gone.")


def _line(entry: Entry) -> str:
    data = json.dumps(entry.data, ensure_ascii=False)
    who = entry.station.rpartition("/")[2] or entry.by
    return f"{entry.position:>8}  {moments.to_text(entry.at)}  {who:<12} {entry.kind:<20} {data}"


def _for_programs(entry: Entry) -> dict[str, Any]:
    return entry._asdict() | {"at": moments.to_text(entry.at), "received_at": moments.to_text(entry.received_at)}
