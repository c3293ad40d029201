"""`pullcord cards`: whose card is which, and binding, replacing and labelling them."""

import getpass
import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pullcord.cards import register as known_cards
from pullcord.cards.register import Entry
from pullcord.cli import card_labels, database, enrol
from pullcord.cli.editing import opened
from pullcord.cli.failure import FAILED, Failure
from pullcord.line.log import PlantEvent
from pullcord.plant import boards
from pullcord.plant.document import Document
from pullcord.plant.edit import Edit
from pullcord.plant.problems import PlantError

File = Annotated[Path, typer.Argument(metavar="FILE", help="The plant file, such as plant.yaml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
APPLY = "Stations get it when this plant file is put in force."


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Cards and badges: list, bind, replace, enrol, print labels.")
    group.command("list")(list_cards)
    group.command("duplicates")(duplicates)
    group.command("bind")(bind)
    group.command("replace")(replace)
    group.command("enrol")(enrol.enrol)
    group.command("labels")(card_labels.labels)
    app.add_typer(group, name="cards")


def list_cards(
    file: File,
    loop: Annotated[str, typer.Option("--loop", metavar="LOOP", help="Only the cards of this loop.")] = "",
    as_json: AsJson = False,
) -> None:
    """List every card and badge and whose it is.  [pullcord cards list plant.yaml --loop bolt-m8]"""
    found = [entry for entry in _entries(file) if not loop or (entry.kind, entry.owner) == ("card", loop)]
    if loop and not found:
        raise Failure(f"pullcord cards: {file}: no loop {loop} with cards; `pullcord plant show {file}` lists loops.")
    if as_json:
        typer.echo(json.dumps([_for_programs(entry) for entry in found], indent=1))
        return
    table = Table(title=f"{file}: {len(found)} cards and badges", title_justify="left")
    for column in ("uid", "whose", "line", "remark"):
        table.add_column(column, no_wrap=column == "uid")
    for entry in found:
        table.add_row(entry.uid, str(entry), str(entry.line), "4 bytes: may exist twice" if entry.is_short else "")
    Console().print(table)


def duplicates(file: File, as_json: AsJson = False) -> int | None:
    """Find uids that stand twice, and short ones that may. Exit code 1 when one is there twice.

    [pullcord cards duplicates plant.yaml]
    """
    found = _entries(file)
    twice = known_cards.duplicates(found)
    short = [entry for entry in found if entry.is_short]
    if as_json:
        told = {
            "duplicates": [[_for_programs(entry) for entry in same] for same in twice],
            "short": [_for_programs(entry) for entry in short],
        }
        typer.echo(json.dumps(told, indent=1))
        return FAILED if twice else None
    for same in twice:
        places = " and ".join(f"{entry} (line {entry.line})" for entry in same)
        typer.echo(f"{same[0].uid}: {places}: a card is of one place: read it at a reader, then correct the other one")
    for entry in short:
        typer.echo(f"{entry.uid}: {entry}: 4 bytes, which are not unique in the world: better a 7-byte card")
    if not twice:
        typer.echo(f"{file}: no uid is there twice.")
    return FAILED if twice else None


def bind(
    file: File,
    loop: Annotated[str, typer.Argument(metavar="LOOP", help="The loop, by its key in the plant file.")],
    uids: Annotated[list[str], typer.Argument(metavar="UID...", help="Uids, such as 04a1b2c3d40009.")],
    as_json: AsJson = False,
) -> None:
    """Make cards belong to a loop.  [pullcord cards bind plant.yaml bolt-m8 04a1b2c3d40009]"""
    wanted = [_uid(uid) for uid in uids]
    with opened(file) as edit:
        _known_loop(edit, loop)
        for uid in wanted:
            _free(edit, uid)
            edit.add(("loops", loop, "cards"), uid)
    _tell(file, wanted, as_json)


def replace(
    file: File,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The uid of the card that is lost.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The uid of the one that takes its place.")],
    db: Annotated[str, typer.Option("--db", metavar="DATABASE", help="Record it in this line's log, too.")] = "",
    worn: Annotated[bool, typer.Option("--worn", help="The old one is only worn: its signal goes on.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="The lost card's container was found empty.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="What became of the old one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give a lost card's place to another card, or a lost badge's.

    With --db the line's log says so at once: the lost card's signal is not waited for any more, and with --empty
    the new card gives one.

    [pullcord cards replace plant.yaml 04a1b2c3d40003 04a1b2c3d40019 --db line.db]
    """
    lost, fresh = _uid(old), _uid(new)
    with opened(file) as edit:
        held = known_cards.holders(_of(edit), lost)
        if len(held) != 1:
            why = "is not in the plant file" if not held else "stands there twice: correct that first"
            raise Failure(f"pullcord cards: {file}: {lost} {why}; `pullcord cards list {file}` shows all.")
        _free(edit, fresh)
        edit.set(held[0].path, fresh)
        if db and held[0].kind == "card":
            edit.check(boards.load())  # the log is for ever: nothing goes there for a file that will not be written
            swap = {"card": lost, "replaced_by": fresh, "full": not empty, "reason": reason}
            _record(db, {} if worn else {"card": lost, "reason": reason}, swap)
    _tell(file, [fresh], as_json)


def _record(db: str, loss: dict[str, Any], swap: dict[str, Any]) -> None:
    """Each once, also when the file could not be written then and all is done again."""
    now = time.time_ns() // 1_000_000
    decisions = ("card.lost", loss), ("card.replaced", swap)
    with database.opened(db) as store:
        for kind, data in decisions:
            if data:
                key = f"{kind}:{swap['card']}:{swap['replaced_by']}"
                store.append(PlantEvent(kind, now, getpass.getuser(), data, key), now)


def _entries(file: Path) -> list[Entry]:
    try:
        return known_cards.entries(Document.read(file))
    except PlantError as error:
        raise Failure(*error.lines()) from error


def _of(edit: Edit) -> list[Entry]:
    return known_cards.entries(Document.parse(str(edit.file), edit.text))


def _known_loop(edit: Edit, loop: str) -> None:
    loops = edit.data.get("loops") or {}
    if loop not in loops:
        raise Failure(f"pullcord cards: {edit.file}: no loop {loop}; there are: {', '.join(loops) or 'none'}.")


def _free(edit: Edit, uid: str) -> None:
    for entry in known_cards.holders(_of(edit), uid):
        raise Failure(f"pullcord cards: {uid} is the {entry} already (line {entry.line}); nothing was changed.")


def _uid(text: str) -> str:
    try:
        return known_cards.read_uid(text)
    except ValueError as error:
        raise Failure(f"pullcord cards: {error}.") from error


def _tell(file: Path, uids: list[str], as_json: bool) -> None:
    changed = [entry for entry in _entries(file) if entry.uid in uids]
    if as_json:
        typer.echo(json.dumps([_for_programs(entry) for entry in changed], indent=1))
        return
    for entry in changed:
        remark = " Its uid has only 4 bytes and may exist twice: better a 7-byte card." if entry.is_short else ""
        typer.echo(f"{entry.uid}: {entry} now.{remark}")
    typer.echo(APPLY)


def _for_programs(entry: Entry) -> dict[str, Any]:
    return {
        "uid": entry.uid,
        "kind": entry.kind,
        "owner": entry.owner,
        "number": entry.number,
        "of": entry.of,
        "line": entry.line,
        "short": entry.is_short,
    }
