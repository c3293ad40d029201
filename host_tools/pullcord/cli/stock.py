"""`pullcord stock`: what is on record, what should be bought, what was ordered and counted, and the items' policies."""

from typing import Annotated, Any

import typer

from pullcord.cli.database import Database, figures_of
from pullcord.cli.deciding import AsJson, Reason, at, listed, moment, now_ms, number, record, share
from pullcord.cli.failure import Failure
from pullcord.line.stock_figures import StockFigures

ItemName = Annotated[str, typer.Argument(metavar="ITEM", help="By its key in the plant file.")]
Pieces = Annotated[int, typer.Argument(metavar="PIECES", min=1, help="How many.")]
OrderNumber = Annotated[str, typer.Argument(metavar="ORDER", help="The order's number, such as PO-4711.")]
Every = Annotated[bool, typer.Option("--every", help="Also what is done.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Stock: the record, purchases, counts, policies.")
    for name, command in (
        ("list", list_stock), ("count", count), ("counts", counts), ("issue", issue), ("proposals", proposals),
        ("drop", drop), ("orders", orders), ("order", order), ("receive", receive), ("cancel", cancel),
        ("policies", policies), ("policy", policy),
    ):  # fmt: skip
        group.command(name)(command)
    app.add_typer(group, name="stock")


def list_stock(file: Database, as_json: AsJson = False) -> None:
    """List items: pieces on record, reorder point, on order, accuracy of the record, turns.

    [pullcord stock list line.db]
    """
    with figures_of(file) as figures:
        found = StockFigures(figures).stock(now_ms())
    lines = (
        (
            row["item"], str(row["recorded"]), _or_dash(row["reorder_point"]), _or_dash(row["target"]),
            str(row["ordered"]), share(row["accuracy"]["pieces"]), number(row["turns"] and row["turns"]["a_year"]),
        )
        for row in found
    )  # fmt: skip
    columns = ("item", "on record", "reorder at", "target", "on order", "accuracy", "turns a year")
    listed(found, as_json, columns, lines, "No items: put a plant file with items or loops in force.")


def count(
    file: Database,
    item: ItemName,
    counted: Annotated[int, typer.Argument(metavar="PIECES", min=0, help="What was counted.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the record was wrong, or was counted.")],
    as_json: AsJson = False,
) -> None:
    """Correct the record by a count. An opened container counts as full until its card is tapped.

    [pullcord stock count line.db bolt-m8 940 --reason "a box was spilt"]
    """
    _must_have(file, item)
    record(file, "stock.counted", {"item": item, "counted": counted, "reason": reason}, as_json)


def counts(file: Database, as_json: AsJson = False) -> None:
    """List the counts, the latest first.  [pullcord stock counts line.db]"""
    with figures_of(file) as figures:
        found = StockFigures(figures).counts()
    lines = (
        (
            at(row["at"]), row["item"], str(row["recorded"]), str(row["counted"]), f"{row['difference']:+}", row["by"],
            row["reason"],
        )
        for row in found
    )  # fmt: skip
    columns = ("when", "item", "on record", "counted", "difference", "by", "reason")
    listed(found, as_json, columns, lines, "Nothing was counted yet: pullcord stock count.")


def issue(
    file: Database,
    item: ItemName,
    pieces: Pieces,
    reference: Annotated[str, typer.Option("--reference", metavar="TEXT", help="What for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take pieces that lie on no card.  [pullcord stock issue line.db bolt-m8 50 --reference "job 7"]"""
    _must_have(file, item)
    record(file, "stock.issued", {"item": item, "quantity": pieces, "reference": reference}, as_json)


def proposals(file: Database, every: Every = False, as_json: AsJson = False) -> None:
    """List what should be bought.  [pullcord stock proposals line.db]"""
    with figures_of(file) as figures:
        found = StockFigures(figures).proposals(every)
    lines = (
        (
            row["proposal"], at(row["at"]), row["item"], str(row["quantity"]), str(row["pack"]), row["supplier"] or "-",
            row["part_number"] or "-", f"{row['recorded']} of {row['reorder_point']}", row["outcome"] or "open",
        )
        for row in found
    )  # fmt: skip
    columns = ("proposal", "since", "item", "buy", "packs of", "from", "part number", "on record", "is")
    listed(found, as_json, columns, lines, "Nothing needs to be bought.")


def drop(
    file: Database,
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL", help="As `pullcord stock proposals` shows it.")],
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Decide to buy nothing.  [pullcord stock drop line.db 6f1c9a2e41d07b35-123:bolt-m8 --reason discontinued]"""
    record(file, "proposal.dropped", {"proposal": proposal, "reason": reason}, as_json)


def orders(file: Database, every: Every = False, as_json: AsJson = False) -> None:
    """List what is on order.  [pullcord stock orders line.db --every]"""
    with figures_of(file) as figures:
        found = StockFigures(figures).orders(every)
    now = now_ms()
    lines = (
        (
            row["order"], row["item"], row["supplier"], f"{row['received']} of {row['quantity']}", at(row["placed_at"]),
            at(row["due_at"]), row["outcome"] or ("late" if (row["due_at"] or now) < now else "on its way"),
        )
        for row in found
    )  # fmt: skip
    columns = ("order", "item", "supplier", "received", "placed", "due", "is")
    listed(found, as_json, columns, lines, "Nothing is on order.")


def order(
    file: Database,
    number_: OrderNumber,
    item: ItemName,
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="By its key in the plant file.")],
    pieces: Pieces,
    due: Annotated[str, typer.Option("--due", metavar="TIME", help="2026-12-01T12:00Z; as agreed otherwise.")] = "",
    as_json: AsJson = False,
) -> None:
    """Record an order; it closes the item's proposal.

    [pullcord stock order line.db PO-1 bolt-m8 fastener-house 1000]
    """
    _must_have(file, item)
    data = {"order": number_, "item": item, "supplier": supplier, "quantity": pieces}
    data["due_at"] = moment(due, "--due") if due else None
    record(file, "order.placed", data, as_json)


def receive(file: Database, number_: OrderNumber, pieces: Pieces, as_json: AsJson = False) -> None:
    """Receive goods that come without cards; containers on cards are received by their taps.

    [pullcord stock receive line.db PO-1 1000]
    """
    record(file, "order.received", {"order": number_, "quantity": pieces}, as_json)


def cancel(file: Database, number_: OrderNumber, reason: Reason = "", as_json: AsJson = False) -> None:
    """Cancel what has not come of an order.  [pullcord stock cancel line.db PO-1]"""
    record(file, "order.cancelled", {"order": number_, "reason": reason}, as_json)


def policies(file: Database, as_json: AsJson = False) -> None:
    """Propose a policy for each item with reasons, and show what was decided.  [pullcord stock policies line.db]"""
    with figures_of(file) as figures:
        found = StockFigures(figures).policies(now_ms())
    lines = ((row["item"], row["proposed"], _decided(row), "\n".join(_reasons(row))) for row in found)
    columns = ("item", "proposed", "decided", "because")
    listed(found, as_json, columns, lines, "No items: put a plant file with items or loops in force.")


def policy(
    file: Database,
    item: ItemName,
    choice: Annotated[str, typer.Argument(metavar="POLICY", help="lean, buffered or hybrid")],
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Decide on an item's policy.  [pullcord stock policy line.db bolt-m8 buffered --reason "one supplier"]"""
    _must_have(file, item)
    record(file, "item.policy", {"item": item, "policy": choice, "reason": reason}, as_json)


def _must_have(file: str, item: str) -> None:
    with figures_of(file) as figures:
        known = StockFigures(figures).names("stock")
    if item not in known:
        raise Failure(f"pullcord: there is no item {item}; there are: {', '.join(sorted(known)) or 'none'}.")


def _reasons(row: dict[str, Any]) -> list[str]:
    points = [f"{reason['why']} ({reason['points']})" for reason in row["reasons"]]
    return points + [f"not known: {missing}" for missing in row["missing"]]


def _decided(row: dict[str, Any]) -> str:
    return f"{row['policy']} by {row['policy_by']}" if row["policy"] else "-"


def _or_dash(value: int | None) -> str:
    return "-" if value is None else str(value)
