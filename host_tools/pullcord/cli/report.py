"""`pullcord report`: what the shifts were like, how the loops stand, what does not add up."""

import json
import time
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pullcord.cli.database import Database, figures_of
from pullcord.cli.failure import Failure
from pullcord.cli.findings import detail_words
from pullcord.line import moments
from pullcord.line.loop_figures import LoopFigures
from pullcord.pull.spans import Span

HOUR_MS = 3_600_000
Begin = Annotated[
    str, typer.Option("--from", metavar="TIME", help="2026-11-20T06:00Z; a day before the end unless said.")
]
End = Annotated[str, typer.Option("--to", metavar="TIME", help="2026-11-20T14:00Z; now unless said.")]
ByHour = Annotated[bool, typer.Option("--by-hour", help="What was made in each hour, and how far ahead that is.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    file: Database, begin: Begin = "", end: End = "", by_hour: ByHour = False, as_json: AsJson = False
) -> None:
    """Shifts, loops and findings of a line's database.  [pullcord report build/run/line/line.db]"""
    until = _moment(end, "--to") or time.time_ns() // 1_000_000
    span = Span(_moment(begin, "--from") or until - 24 * HOUR_MS, until)
    if span.length <= 0:
        raise Failure("pullcord report: --from is not before --to; turn them round.")
    with figures_of(file) as figures:
        loops = LoopFigures(figures)
        found = {"shifts": figures.shifts(span), "loops": loops.loops(until), "findings": loops.findings()}
        found["clocks"] = figures.doubted_times()
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    console = Console()
    for shift in found["shifts"]:
        _print_shift(console, shift)
        if by_hour:
            console.print(_by_hour(shift))
    console.print(_loops(found["loops"]))
    for finding in found["findings"]:
        about = finding["card"] or finding["loop"] or finding["signal"]
        found_at, more = moments.to_text(finding["at"]), detail_words(finding["detail"])
        console.print(f"{found_at}  {finding['kind']}  {about}  {more}")
    for clock in found["clocks"]:
        last = moments.to_text(clock["last_at"])
        console.print(f"{last}  clock is ahead  {clock['station']}  {clock['count']} x; the time of receipt was taken")


def _print_shift(console: Console, shift: dict[str, Any]) -> None:
    calls = shift["calls"]
    title = f"{shift['day']} {shift['shift'] or 'all'}: {_minutes(shift['available_ms'])} available"
    console.print(f"[bold]{title}[/bold]")
    kinds = ", ".join(f"{count} {name}" for name, count in calls["categories"].items()) or "none"
    answered = _minutes(calls["acknowledged_ms"]["p50"])
    mean = _minutes(calls["acknowledged_ms"]["mean"])
    console.print(f"calls: {kinds}; half of them acknowledged within {answered}, {mean} in the mean")
    unexplained = len(shift["without_reason"])
    console.print(f"stops: {shift['stops']}, {_minutes(shift['stopped_ms'])} in all; without a reason: {unexplained}")
    for cause in shift["causes"]:
        console.print(
            f"  {cause['cause']}: {cause['times']} x, {_minutes(cause['total_ms'])}, {cause['cumulated']:.0%}"
        )
    _print_alarms(console, shift)
    table = Table()
    for column in ("station", "availability", "effectiveness", "quality", "OEE", "produced", "ahead"):
        table.add_column(column, no_wrap=True, justify="left" if column == "station" else "right")
    for station, row in shift["stations"].items():
        shares = (_share(row[name]) for name in ("availability", "effectiveness", "quality", "oee"))
        ahead = "" if row["ahead"] is None else f"{row['ahead']:+.1f}"
        table.add_row(station.rpartition("/")[2], *shares, str(row["produced"]), ahead)
    console.print(table)


def _print_alarms(console: Console, shift: dict[str, Any]) -> None:
    """What is not bearable, and what is too quiet to be true."""
    pulls = shift["pulls"]
    if pulls["few"] or pulls["many"]:
        judged = "too few" if pulls["few"] else "many"
        console.print(f"  {judged}: {pulls['calls']} calls, usually {pulls['usual']:.0f}")
    for flood in shift["floods"]:
        console.print(f"  a flood of {flood['alarms']} calls from {moments.to_text(flood['begin'])}")
    for name, load in shift["responders"].items():
        for hour, count in load["too_many_an_hour"].items():
            console.print(f"  too many for {name}: {count} in the hour from {moments.to_text(hour)}")
    for station, count in shift["chattering"].items():
        console.print(f"  {station} chatters: {count} of its calls came in bursts")


def _by_hour(shift: dict[str, Any]) -> Table:
    table = Table(title="hour by hour: made (ahead)", title_justify="left")
    table.add_column("station", no_wrap=True)
    stations = {name: row for name, row in shift["stations"].items() if row["takt_ms"]}
    for hour in next(iter(stations.values()), {"hours": []})["hours"]:
        table.add_column(moments.to_text(hour["begin"])[11:16], justify="right", no_wrap=True)
    for name, row in stations.items():
        table.add_row(name.rpartition("/")[2], *(f"{hour['count']} ({hour['ahead']:+.0f})" for hour in row["hours"]))
    return table


def _loops(loops: list[dict[str, Any]]) -> Table:
    table = Table(title="loops", title_justify="left")
    for column in ("loop", "item", "cards", "open", "states", "as measured"):
        table.add_column(column, overflow="fold")
    for loop in loops:
        sized = loop["sized"]
        states = ", ".join(f"{count} {state}" for state, count in loop["states"].items())
        need = sized["why"] if sized["cards"] is None else f"{sized['cards']} cards"
        table.add_row(loop["loop"], loop["item"], str(loop["total"]), str(loop["open"]), states, need)
    return table


def _moment(text: str, option: str) -> int | None:
    if not text:
        return None
    try:
        return moments.from_text(datetime.fromisoformat(text).isoformat())
    except ValueError as error:
        raise Failure(f"pullcord report: {option} {text}: is no moment; write UTC as 2026-11-20T06:00Z") from error


def _minutes(ms: float | None) -> str:
    return "-" if ms is None else f"{ms / 60_000:.1f} min"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
