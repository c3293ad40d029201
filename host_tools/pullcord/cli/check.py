"""`pullcord check`: the acceptance of a station that was wired, at the cable."""

import contextlib
import getpass
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from pullcord.acceptance import by_cable, report
from pullcord.acceptance.check import Check, Patience
from pullcord.acceptance.held_board import HeldBoard
from pullcord.acceptance.person import AtTerminal, Person
from pullcord.acceptance.result import Result, Step
from pullcord.cli import asking
from pullcord.cli.broker_access import broker_accounts
from pullcord.cli.failure import DONE, FAILED, Failure, complain
from pullcord.cli.options import PLANT_FILE, AsJson, PlantFile, SecretsFile
from pullcord.cli.visible import visible
from pullcord.line import moments
from pullcord.line.accounts import Accounts
from pullcord.usb.asking import may_stop
from pullcord.usb.board import back
from pullcord.usb.ports import port_named
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble

MARKS = {"passed": "good", "failed": "BAD ", "skipped": "  - ", "not_applicable": " n/a"}


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
    plant_file: PlantFile = PLANT_FILE,
    secrets_file: SecretsFile = None,
    broker: Annotated[
        str,
        typer.Option("--broker", metavar="URL", envvar="BROKER", help="Where a station on the cable is to be heard."),
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Check a wired station with a person there: lamps, buzzer, cords, cut wires, readers, permit, way to the plant.

    Nobody is called by it, and no card is counted: what it records is marked as a test. Writes a result (JSON) and
    a page to sign (PDF). Exit code 1: something is not as it should be.

    A station without a network of its own has no way to the plant but this cable. With --broker (or $BROKER) its
    result is brought there, and the plant's answer is waited for; without, that step does not apply.

    [pullcord check /dev/ttyACM0 --by "Maria Kern"]
    """
    if not asking.is_possible():
        raise Failure("pullcord check: it needs a person: run it in a terminal, at the station.")
    accounts = broker_accounts(plant_file, secrets_file, broker) if broker else None
    person = AtTerminal(lambda: asking.line(""), _say)
    try:
        result = checked(port, person, by or getpass.getuser(), stop_the_line, accounts=accounts)
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
    accounts: Accounts | None = None,
) -> Result:
    """The whole check. Trouble when the board cannot be checked, or leaves in the middle."""
    began = _now()
    port = port_named(name)
    with Session(port) as session:
        may_stop(session, stop_the_line, interrupt=False)
        complain("The station is taken out of work for the check; it starts afresh afterwards.")
        session.enter(fresh=True)
        board = HeldBoard(session)
        board.start()
        run = Check(board, person, by, _tell, patience, accounts is not None)
        first = board.ask("seen")["next"]
        try:
            run.run()
        finally:
            board.end()
    with contextlib.suppress(Trouble):  # what was seen stands, whether it comes back or not
        port = back(port)
    who = run.who
    events = [first, board.next - 1] if board.next > first else []
    if accounts and run.is_carried and events:
        complain("Now the way to the plant, by this cable.")
        deadline_s = patience.link + patience.receipt
        run.carried(by_cable.receipted(port.device, accounts, who["journal"], events[1], deadline_s))
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
