"""`pullcord cards labels`: a PDF to print."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pullcord.cards import sheets
from pullcord.cards.label import Label
from pullcord.cards.register import read_uid
from pullcord.cli.failure import Failure
from pullcord.plant import boards
from pullcord.plant.load import load
from pullcord.plant.problems import PlantError


def labels(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plant file, such as plant.yaml.")],
    out: Annotated[Path, typer.Option("--out", metavar="PDF", help="The file to write.")] = Path("labels.pdf"),
    loop: Annotated[str, typer.Option("--loop", metavar="LOOP", help="Only the cards of this loop.")] = "",
    card: Annotated[list[str] | None, typer.Option("--card", metavar="UID", help="Only this card.")] = None,
    roll: Annotated[bool, typer.Option("--roll", help="For a 62 mm roll: one label a page, 90 mm long.")] = False,
    skip: Annotated[
        int, typer.Option("--skip", metavar="N", min=0, max=9, help="So many places of the first sheet are used up.")
    ] = 0,
    font: Annotated[
        Path | None, typer.Option("--font", metavar="TTF", help="For letters that the built-in font lacks.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make labels of cards: item, places, quantity, loop, card number, QR code. A4 sheets of ten unless --roll.

    Print at 100 %, not fitted to the page.

    [pullcord cards labels plant.yaml --loop bolt-m8 --out labels.pdf]
    """
    if roll and skip:
        raise typer.BadParameter("a roll has no sheets to skip places of", param_hint="--skip")
    chosen = _chosen(file, loop, card or [])
    try:
        fonts = sheets.fonts_for(chosen, font)
        out.write_bytes(sheets.roll(chosen, fonts) if roll else sheets.a4(chosen, fonts, skip))
    except ValueError as error:
        raise Failure(f"pullcord cards: {error}.") from error
    except OSError as error:
        raise Failure(f"pullcord cards: {out}: cannot be written ({error.strerror}). Choose another --out.") from error
    if as_json:
        typer.echo(json.dumps({"file": str(out), "labels": [label.uid for label in chosen]}, indent=1))
    else:
        typer.echo(f"{out}: {len(chosen)} labels. Print at 100 %, not fitted to the page.")


def _chosen(file: Path, loop: str, cards: list[str]) -> list[Label]:
    try:
        every = sheets.of_plant(load(file, boards.load()))
        uids = [read_uid(uid) for uid in cards]
    except PlantError as error:
        raise Failure(*error.lines()) from error
    except ValueError as error:
        raise Failure(f"pullcord cards: {error}.") from error
    for uid in uids:
        if uid not in [label.uid for label in every]:
            raise Failure(f"pullcord cards: {file}: {uid} is no loop's card; bind it: `pullcord cards bind`.")
    chosen = [label for label in every if (not loop or label.loop == loop) and (not uids or label.uid in uids)]
    if not chosen:
        raise Failure(f"pullcord cards: {file}: no such cards; `pullcord cards list {file}` shows all.")
    return chosen
