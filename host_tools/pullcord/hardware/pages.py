"""The pages of the reference stations and of the boards, in Markdown."""

from collections.abc import Iterable, Iterator

from pullcord.plant.wiring import uses, words

from .bill import bill
from .budget import MOST_PERCENT, budget
from .sheets import Plan, power_in, sheets

MADE = "<!-- Made from hardware/reference/ by `make hardware`. -->"


def station_page(plan: Plan) -> str:
    lines = [f"# {plan.parts.title}", "", MADE, "", plan.parts.about, ""]
    lines += [f"On a {plan.board.name}. Its place in a plant file: [plant.yaml](../../hardware/reference/plant.yaml), "
              f"station `{plan.name}`.", "", "## Wiring", ""]  # fmt: skip
    for sheet in sheets(plan):
        what = sheet.name.removeprefix(plan.name + "-")
        lines += [f"![{plan.parts.title}: {what}](images/{sheet.name}.png)", ""]
        lines += [f"The same as [SVG](images/{sheet.name}.svg), made from"
                  f" [WireViz](../../hardware/wiring/{sheet.name}.yaml).", ""]  # fmt: skip
    lines += ["## Pins", "", *_table(("pin", "what"), ((use.pin, words(use)) for use in uses(plan.station))), ""]
    lines += ["## Parts", "", f"As a list for buying: [{plan.name}.csv](../../hardware/bom/{plan.name}.csv).", ""]
    rows = ((row.quantity, row.item.maker, row.item.number, f"{row.item.what}, {row.item.rating}", " ".join(row.places))
            for row in bill(plan))  # fmt: skip
    lines += [*_table(("quantity", "maker", "part number", "what", "in the drawings"), rows), ""]
    rule = f"Everything on at once, in mA. No supply and no fuse bears more than {MOST_PERCENT} %."
    lines += ["## Supply", "", rule, ""]
    lines += [*_table(("rail", "what", "number", "each", "together"), _supply(plan)), ""]
    return "\n".join([*lines, "Back to [hardware](index.md).", ""])


def boards_page(plans: Iterable[Plan]) -> str:
    """The same call box on each board."""
    about = "The profiles are data, each with its sources: `hardware/boards/`. The drawings show a call box on each."
    lines = ["# Boards", "", MADE, "", about, ""]
    plans = list(plans)
    head = ("board", "chip", "flash", "RAM", "network", "analog pins with Wi-Fi", "image of MicroPython")
    lines += [*_table(head, map(_board, plans)), ""]
    for plan in plans:
        board = plan.board
        lines += [f"## {board.name}", "", f"{_feed(power_in(board))} Profile `{board.id}`.", ""]
        taken = [f"{name} {pin.reserved}" for name, pin in board.pins.items() if pin.reserved]
        strapping = [f"{name} ({pin.strapping})" for name, pin in board.pins.items() if pin.strapping]
        lines += [f"- Taken: {'; '.join(taken)}."]
        lines += [f"- Outputs only, they decide how it starts: {'; '.join(strapping)}."] if strapping else []
        inputs = [name for name, pin in board.pins.items() if pin.input_only and not pin.reserved]
        lines += [f"- Inputs only, and without a pull-up: {', '.join(inputs)}."] if inputs else []
        lines += [f"- No {need}: {why}." for need, why in board.cannot.items()]
        lines += ["", f"![A call box on {board.name}](images/board-{board.id}.png)", ""]
    return "\n".join([*lines, "Back to [hardware](index.md).", ""])


def _supply(plan: Plan) -> Iterator[tuple[object, ...]]:
    for rail in budget(plan):
        for line in rail.lines:
            yield rail.name, line.what, line.count, line.each_ma, line.total_ma
        yield rail.name, f"**together, of {rail.gives_ma}: {rail.percent} %**", "", "", f"**{rail.total_ma}**"


def _feed(pin: str) -> str:
    return f"Takes 5 V at {pin}." if pin else "Powered by its network cable (PoE); its 5 V pin only gives."


def _board(plan: Plan) -> tuple[object, ...]:
    board = plan.board
    analog = [name for name, pin in board.pins.items() if pin.adc and not pin.reserved]
    flash, ram = f"{board.flash_kb // 1024} MB", f"{board.ram_kb} KB"
    return board.name, board.chip, flash, ram, ", ".join(board.network), ", ".join(analog), board.image


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines]
