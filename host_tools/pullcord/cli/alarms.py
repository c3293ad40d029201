"""`pullcord alarms`: who is told of calls, and who is not for a while."""

import getpass
import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from pullcord.cli.database import Database, figures_of, opened
from pullcord.cli.failure import Failure
from pullcord.line import channels, moments
from pullcord.line.alarm_events import LONGEST_SHELF_MS
from pullcord.line.log import PlantEvent
from pullcord.pull.spans import Span

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
Station = Annotated[str, typer.Argument(help="The station's whole path, such as acme/assembly/pumps/press-on.")]
Category = Annotated[str, typer.Option("--category", help="Of these calls only; of any unless said.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="See who is told of calls; tell nobody for a while; try a channel.")
    group.command("list")(show)
    group.command("shelve")(shelve)
    group.command("unshelve")(unshelve)
    group.command("try")(try_out)
    app.add_typer(group, name="alarms")


def show(
    where: Database,
    hours: Annotated[int, typer.Option("--hours", metavar="N", min=1, help="Of the last so many hours.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Who was told of what, and what is on the shelf.  [pullcord alarms list line.db --hours 8]"""
    now = _now()
    with figures_of(where) as figures:
        shelves = [row for row in figures.shelves() if row["until"] > now]
        notices = figures.notices(Span(now - hours * HOUR_MS, now))
    if as_json:
        shown = [{key: value for key, value in row.items() if key != "digest"} for row in notices]
        typer.echo(json.dumps({"shelves": shelves, "notices": shown}, indent=1))
        return
    if not shelves and not notices:
        typer.echo(f"Nobody was told of anything in the last {hours} h, and nothing is on the shelf.")
    for row in shelves:
        what = f"{row['station']} {row['category'] or 'every category'}"
        typer.echo(f"on the shelf until {moments.to_text(row['until'])}: {what} ({row['reason']}, {row['by']})")
    for row in notices:
        typer.echo(_line(row))


def shelve(
    where: Database,
    station: Station,
    reason: Annotated[str, typer.Option("--reason", help="Why; it goes into the log.")],
    minutes: Annotated[
        int, typer.Option("--minutes", metavar="N", min=1, max=LONGEST_SHELF_MS // MINUTE_MS, help="For so long.")
    ] = 30,
    category: Category = "",
) -> None:
    """Tell nobody of a station's calls for a while.  [pullcord alarms shelve line.db acme/a/l/st-01 --reason test]"""
    now = _now()
    with figures_of(where) as figures:
        known = figures.plant()["stations"]
    if known and station not in known:
        there = ", ".join(sorted(known)[:20])
        raise Failure(f"pullcord alarms: {station}: there is no such station; there are {there}")
    until = now + minutes * MINUTE_MS
    _append(where, "alarm.shelved", {"station": station, "category": category, "until": until, "reason": reason})
    typer.echo(f"Nobody is told of calls of {station} until {moments.to_text(until)}; lamp and board go on as ever.")


def unshelve(where: Database, station: Station, category: Category = "") -> None:
    """Tell people again.  [pullcord alarms unshelve line.db acme/assembly/pumps/press-on]"""
    _append(where, "alarm.unshelved", {"station": station, "category": category})
    typer.echo(f"People are told of calls of {station} again.")


def try_out(
    name: Annotated[str, typer.Argument(metavar="CHANNEL", help="A name in the file.")],
    file: Annotated[Path, typer.Option("--channels", metavar="FILE", help="The secrets file with the addresses.")],
) -> None:
    """Send a test message through a channel.  [pullcord alarms try shift-lead --channels channels.json]"""
    try:
        known = channels.read(file)
    except channels.ChannelsUnusable as error:
        raise Failure(f"pullcord alarms: {error}") from error
    if name not in known.names:
        raise Failure(f"pullcord alarms: {file} has no channel {name}; it has {', '.join(known.names) or 'none'}")
    why = known.send(name, "Pullcord: a test", "A test of this channel. Nobody called, and there is nothing to do.")
    if why:
        raise Failure(f"pullcord alarms: {name}: {why}; see that its address in {file} is right and can be reached")
    typer.echo(f"{name}: it was taken. See that it arrived.")


def _append(where: str, kind: str, data: dict[str, Any]) -> None:
    with opened(where) as store:
        try:
            store.append(PlantEvent(kind, _now(), getpass.getuser(), data), _now())
        except ValueError as error:
            raise Failure(f"pullcord alarms: {error}") from error


def _line(row: dict[str, Any]) -> str:
    what = f"level {row['level']}, {row['category']} at {row['station']}" if row["about"] == "call" else row["about"]
    result = f"{row['result'] or 'under way'}{': ' + row['why'] if row['why'] else ''}"
    answered = f"; taken at {moments.to_text(row['answered_at'])}" if row["answered_at"] else ""
    whom = f"{row['role']} by {row['channel'] or 'nobody'}"
    return f"{moments.to_text(row['decided_at'])}  {whom}  {what}  {result}{answered}"


def _now() -> int:
    return time.time_ns() // 1_000_000
