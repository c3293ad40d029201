"""`pullcord check`: the acceptance of a station that was wired, at the cable."""

import getpass
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from pullcord.acceptance import report
from pullcord.acceptance.check import Check, Patience
from pullcord.acceptance.held_board import HeldBoard
from pullcord.acceptance.person import AtTerminal, Person
from pullcord.acceptance.result import Result, Step
from pullcord.cli import asking
from pullcord.cli.failure import DONE, FAILED, Failure, complain
from pullcord.cli.options import AsJson
from pullcord.cli.visible import visible
from pullcord.line import moments
from pullcord.usb.asking import may_stop
from pullcord.usb.ports import port_named
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble

MARKS = {"passed": "good", "failed": "BAD ", "skipped": "  - "}


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    port: Annotated[str, typer.Argument(metavar="PORT", help="The board's port, or its unique id.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who stands there; you, unless said.")] = "",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where result and report are written.")] = Path(
        "checks"
    ),
    stop_the_line: Annotated[
        bool, typer.Option("--stop-the-line", help="Although a line runs by this station's permit.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check a wired station with a person there: lamps, buzzer, cords, cut wires, readers, permit, way to the plant.

    Nobody is called by it, and no card is counted: what it records is marked as a test. Writes a result (JSON) and
    a page to sign (PDF). Exit code 1: something is not as it should be.

    [pullcord check /dev/ttyACM0 --by "Maria Kern"]
    """
    if not asking.is_possible():
        raise Failure("pullcord check: it needs a person: run it in a terminal, at the station.")
    person = AtTerminal(lambda: asking.line(""), _say)
    try:
        result = checked(port, person, by or getpass.getuser(), stop_the_line)
    except Trouble as trouble:
        raise Failure(*trouble.lines) from trouble
    told = result.as_json()
    files = _write(out, told)
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    else:
        typer.echo(visible(f"{result.station}: {result.verdict}. {files[0]}; to print and sign: {files[1]}"))
    return DONE if result.passed else FAILED


def checked(
    name: str,
    person: Person,
    by: str,
    stop_the_line: bool = False,
    patience: Patience = Patience(),  # noqa: B008 (it cannot be changed)
) -> Result:
    """The whole check. Trouble when the board cannot be checked, or leaves in the middle."""
    began = _now()
    with Session(port_named(name)) as session:
        may_stop(session, stop_the_line, interrupt=False)
        complain("The station is taken out of work for the check; it starts afresh afterwards.")
        session.enter(fresh=True)
        board = HeldBoard(session)
        board.start()
        run = Check(board, person, by, _tell, patience)
        first = board.ask("seen")["next"]
        try:
            run.run()
        finally:
            board.end()
    who = run.who
    events = [first, board.next - 1] if board.next > first else []
    return Result(
        who["station"], who["uid"], by, began, _now(), who["versions"], who["config"], who["journal"], events, run.steps
    )


def _tell(step: Step) -> None:
    complain(f"  {MARKS[step.outcome]}  {step.part}: {step.name}{': ' + step.why if step.why else ''}")


def _write(folder: Path, told: dict[str, Any]) -> tuple[Path, Path]:
    day = told["began"][:19].replace(":", "").replace("-", "")
    name = f"{told['station'].rpartition('/')[2]}-{day}"
    made = folder / f"{name}.json", folder / f"{name}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made[0].write_text(json.dumps(told, indent=1) + "\n")
        made[1].write_bytes(report.one_page(told))
    except OSError as error:
        complain(json.dumps(told))
        raise Failure(f"pullcord check: {folder}: cannot be written ({error.strerror}); see above.") from error
    return made


def _say(words: str) -> None:
    sys.stderr.write(visible(words))
    sys.stderr.flush()


def _now() -> str:
    return moments.to_text(time.time_ns() // 1_000_000)
