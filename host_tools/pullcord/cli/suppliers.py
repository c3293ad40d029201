"""`pullcord suppliers`: how reliable they are."""

from typing import Any

import typer

from pullcord.cli.database import Database, figures_of
from pullcord.cli.deciding import AsJson, at, listed, now_ms, number, share
from pullcord.line.stock_figures import StockFigures


def register(app: typer.Typer) -> None:
    app.command("suppliers")(suppliers)


def suppliers(file: Database, as_json: AsJson = False) -> None:
    """Show each supplier's lead times, the share that came in time, and what is late now.

    [pullcord suppliers line.db]
    """
    with figures_of(file) as figures:
        found = StockFigures(figures).suppliers(now_ms())
    lines = (
        (
            row["name"], str(row["delivered"]), number(row["agreed_days"], " d"), number(row["mean_days"], " d"),
            number(row["p95_days"], " d"), share(row["on_time"]), _late(row),
        )
        for row in found
    )  # fmt: skip
    columns = ("supplier", "deliveries", "agreed", "mean", "95 of 100", "in time", "late now")
    listed(found, as_json, columns, lines, "No suppliers: put a plant file with suppliers in force.")


def _late(row: dict[str, Any]) -> str:
    return "\n".join(f"{one['what']} ({one['item']}) since {at(one['due_at'])}" for one in row["late"]) or "-"
