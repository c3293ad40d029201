"""`pullcord findings`: what does not add up."""

from typing import Annotated, Any

import typer

from pullcord.cli.database import Database, figures_of
from pullcord.cli.deciding import AsJson, at, listed
from pullcord.line.loop_figures import LoopFigures


def register(app: typer.Typer) -> None:
    app.command("findings")(findings)


def findings(
    file: Database,
    every: Annotated[bool, typer.Option("--every", help="Also what is over.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """List what does not add up, the latest first; docs/planners/loops.md says what each means.

    [pullcord findings line.db --every]
    """
    with figures_of(file) as figures:
        found = LoopFigures(figures).findings(every, limit)
    lines = (
        (
            at(row["at"]), row["kind"], row["loop"] or "-", row["card"] or "-", _place(row), at(row["cleared_at"]),
            detail_words(row["detail"]),
        )
        for row in found
    )  # fmt: skip
    columns = ("when", "finding", "loop", "card", "station", "over", "detail")
    listed(found, as_json, columns, lines, "Everything adds up.")


def _place(row: dict[str, Any]) -> str:
    return (row["station"] or "").rpartition("/")[2] or "-"


def detail_words(detail: dict[str, Any] | None) -> str:
    """What is known of it beyond its kind: `role ship, state empty`."""
    shown = {key: at(value) if key.endswith("_at") else value for key, value in (detail or {}).items()}
    return ", ".join(f"{key} {value}" for key, value in shown.items() if value not in (None, ""))
