"""`pullcord loops`: how the loops stand, what is decided about their cards, and trials with one card fewer."""

from typing import Annotated, Any

import typer

from pullcord.cli import audit, then
from pullcord.cli.database import Database, figures_of
from pullcord.cli.deciding import AsJson, Reason, at, listed, now_ms, number, record
from pullcord.cli.failure import Failure
from pullcord.line.loop_figures import LoopFigures
from pullcord.pull.spans import Span

DAY_MS = 86_400_000
LoopName = Annotated[str, typer.Argument(metavar="LOOP", help="By its key in the plant file.")]
CardUid = Annotated[str, typer.Argument(metavar="CARD", help="The card's uid, such as 04a1b2c3d41003.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Kanban loops: cards, queues, sizes, holds, trials, audits.")
    for name, command in (
        ("list", list_loops), ("show", show), ("queue", queue), ("late", late), ("then", then.then), ("lower", lower),
        ("trials", trials), ("try", try_), ("end-trial", end_trial), ("pull", pull), ("start", start), ("hold", hold),
        ("release", release), ("lost", lost), ("retire", retire),
    ):  # fmt: skip
        group.command(name)(command)
    group.command("audit")(audit.audit)
    group.command("audits")(audit.audits)
    app.add_typer(group, name="loops")


def list_loops(file: Database, as_json: AsJson = False) -> None:
    """List the loops: cards by state, open signals, how many cards they need as measured.

    [pullcord loops list line.db]
    """
    with figures_of(file) as figures:
        found = LoopFigures(figures).loops(now_ms())
    lines = (
        (
            row["loop"], row["kind"], row["item"], str(row["total"]), str(row["open"]),
            ", ".join(f"{count} {state}" for state, count in sorted(row["states"].items())), _need(row["sized"]),
        )
        for row in found
    )  # fmt: skip
    columns = ("loop", "kind", "item", "cards", "open", "states", "as measured")
    listed(found, as_json, columns, lines, "No loops: put a plant file with loops in force (plant apply).")


def show(file: Database, loop: LoopName, as_json: AsJson = False) -> None:
    """Show one loop: its cards, and from what its size was reckoned.  [pullcord loops show line.db housing]"""
    with figures_of(file) as figures:
        found = _known(LoopFigures(figures).loop(loop, now_ms()), loop)
    lines = ((card["card"], card["state"], card["place"] or "-", at(card["moved_at"])) for card in found["cards"])
    listed(found, as_json, ("card", "state", "last seen", "moved"), lines, "It has no cards.")
    if not as_json:
        typer.echo(_inputs(found["sized"]))


def queue(file: Database, as_json: AsJson = False) -> None:
    """Show what each supplier has to fetch or make, in the order of the signals.  [pullcord loops queue line.db]"""
    with figures_of(file) as figures:
        found = LoopFigures(figures).queues()
    lines = (
        (supplier, row["work"], row["loop"], row["card"] or row["reference"] or "-", at(row["given_at"]), row["signal"])
        for supplier, rows in found.items()
        for row in rows
    )
    columns = ("supplier", "work", "loop", "card", "given", "signal")
    listed(found, as_json, columns, lines, "Nothing is asked for.")


def late(
    file: Database,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=31, help="So many days back.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Show calls for material with the cards that were late then.  [pullcord loops late line.db --days 7]"""
    now = now_ms()
    with figures_of(file) as figures:
        found = LoopFigures(figures).material_calls(Span(now - days * DAY_MS, now))
    lines = ((at(call["called_at"]), call["station"], _late(call["late_cards"])) for call in found)
    empty = f"No call for material in {days} days."
    listed(found, as_json, ("called", "station", "because of"), lines, empty)


def lower(file: Database, loop: LoopName, as_json: AsJson = False) -> None:
    """Replay a loop's recorded history with one card fewer.  [pullcord loops lower line.db housing]"""
    with figures_of(file) as figures:
        found = _known(LoopFigures(figures).one_fewer(loop, now_ms()), loop)
    lines = ((at(span[0]), at(span[1]), number((span[1] - span[0]) / 60_000, " min")) for span in found["added"])
    columns = ("out of stock from", "to", "for")
    listed(found, as_json, columns, lines, "One card fewer would have added no stock-out.")
    if as_json:
        return
    typer.echo(f"{found['cards']} cards, {found['trips']} round trips since {at(found['begin'])}: {found['why']}.")
    if found["proposed"] is not None:
        typer.echo(f"Try it, reversibly: pullcord loops try {file} {loop} CARD")


def trials(file: Database, as_json: AsJson = False) -> None:
    """List the trials with one card fewer, and what came of them.  [pullcord loops trials line.db]"""
    with figures_of(file) as figures:
        found = LoopFigures(figures).trials()
    lines = (
        (
            row["trial"], row["loop"], row["card"], at(row["started_at"]), at(row["ended_at"]),
            "-" if row["kept"] is None else "kept" if row["kept"] else "brought back", str(len(row["stock_outs"])),
            row["exposed"] or "",
        )
        for row in found
    )  # fmt: skip
    columns = ("trial", "loop", "card", "from", "to", "card was", "stock-outs", "exposed")
    listed(found, as_json, columns, lines, "No trial yet: pullcord loops lower shows where one may pay.")


def try_(file: Database, loop: LoopName, card: CardUid, reason: Reason = "", as_json: AsJson = False) -> None:
    """Set one card aside, to see what that exposes.  [pullcord loops try line.db housing 04a1b2c3d41003]"""
    _must_have(file, "loops", loop)
    _must_have(file, "cards", card)
    record(file, "trial.started", {"loop": loop, "card": card, "reason": reason}, as_json)


def end_trial(
    file: Database,
    trial: Annotated[str, typer.Argument(metavar="TRIAL", help="As `pullcord loops trials` shows it.")],
    keep: Annotated[bool, typer.Option("--keep", help="Go on without the card; without this it comes back.")] = False,
    exposed: Annotated[str, typer.Option("--exposed", metavar="TEXT", help="What came to light.")] = "",
    as_json: AsJson = False,
) -> None:
    """End a trial.  [pullcord loops end-trial line.db plant-1201 --exposed "the press changes over for an hour"]"""
    _must_have(file, "trials", trial)
    record(file, "trial.ended", {"trial": trial, "keep": keep, "exposed": exposed}, as_json)


def pull(
    file: Database,
    loop: LoopName,
    reference: Annotated[str, typer.Option("--reference", metavar="TEXT", help="What it is for.")] = "",
    key: Annotated[str, typer.Option("--key", metavar="KEY", help="The same key pulls once.")] = "",
    as_json: AsJson = False,
) -> None:
    """Pull one container of a loop without a card.  [pullcord loops pull line.db housing --reference "order 81"]"""
    _must_have(file, "loops", loop)
    whole = f"signal.given/{loop}/{key}" if key else None
    record(file, "signal.given", {"loop": loop, "reference": reference}, as_json, whole)


def start(
    file: Database,
    signal: Annotated[str, typer.Argument(metavar="SIGNAL", help="As `pullcord loops queue` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Say that the supplier has begun with a signal.  [pullcord loops start line.db 6f1c9a2e41d07b35-123]"""
    record(file, "signal.started", {"signal": signal}, as_json)


def hold(file: Database, card: CardUid, reason: Reason = "", as_json: AsJson = False) -> None:
    """Hold a container with a defect; that is no signal.  [pullcord loops hold line.db 04a1b2c3d41003]"""
    _decide(file, "container.held", card, reason, as_json)


def release(file: Database, card: CardUid, reason: Reason = "", as_json: AsJson = False) -> None:
    """Let a held container go on as it was.  [pullcord loops release line.db 04a1b2c3d41003]"""
    _decide(file, "container.released", card, reason, as_json)


def lost(file: Database, card: CardUid, reason: Reason = "", as_json: AsJson = False) -> None:
    """Declare a card lost; its signal is not waited for any more.  [pullcord loops lost line.db 04a1b2c3d41003]"""
    _decide(file, "card.lost", card, reason, as_json)


def retire(file: Database, card: CardUid, reason: Reason = "", as_json: AsJson = False) -> None:
    """Take a card out of its loop.  [pullcord loops retire line.db 04a1b2c3d41003 --reason "too many"]"""
    _decide(file, "card.retired", card, reason, as_json)


def _decide(file: str, kind: str, card: str, reason: str, as_json: bool) -> None:
    _must_have(file, "cards", card)
    record(file, kind, {"card": card, "reason": reason}, as_json)


def _must_have(file: str, what: str, name: str) -> None:
    with figures_of(file) as figures:
        known = LoopFigures(figures).names(what)
    if name not in known:
        see = {"loops": "list", "cards": "show LOOP", "trials": "trials"}[what]
        one = what.removesuffix("s")
        raise Failure(f"pullcord: there is no {one} {name}; `pullcord loops {see}` shows those that are.")


def _known(found: dict[str, Any] | None, loop: str) -> dict[str, Any]:
    if found is None:
        raise Failure(f"pullcord: there is no loop {loop}; `pullcord loops list` shows those that are.")
    return found


def _need(sized: dict[str, Any]) -> str:
    return str(sized["why"]) if sized["cards"] is None else f"{sized['cards']} cards"


def _inputs(sized: dict[str, Any]) -> str:
    if sized["cards"] is None:
        return f"How many cards it needs is not known yet: {sized['why']}."
    demand, slow, usual = sized["demand_an_hour"], sized["lead_time_hours"], sized["usual_lead_time_hours"]
    return (
        f"It needs {sized['cards']} cards: {demand:.1f} pieces an hour x {slow:.1f} h x (1 + {sized['safety']:g}) / "
        f"{sized['quantity']}, in {sized['hours']}, by {sized['trips']} round trips since {at(sized['begin'])}. "
        f"95 of 100 took no longer than that; half of them took {usual:.1f} h."
    )


def _late(cards: list[dict[str, Any]], depth: int = 0) -> str:
    """The late cards, and below each what it waited for."""
    lines = []
    for card in cards:
        how = "no container was left" if card["is_out"] else "late"
        waited = f", {card['late_ms'] / 3_600_000:.1f} h later than usual" if card["late_ms"] else ""
        what = f"{card['loop']} {card['card'] or card['signal']} from {card['supplier']}: {how}{waited}"
        lines.append("  " * depth + what)
        if card["because"]:
            lines.append(_late(card["because"], depth + 1))
    return "\n".join(lines) or "no card was late"
