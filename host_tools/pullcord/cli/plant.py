"""`pullcord plant`: check a plant file, compile it, show it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pullcord.cli import plant_change
from pullcord.cli.failure import Failure
from pullcord.plant import boards as board_profiles
from pullcord.plant import diff, example, schema
from pullcord.plant.asked_takt import asked_takt_s
from pullcord.plant.boards import Board
from pullcord.plant.compile import Card, Compiled, CompileError, compile_plant
from pullcord.plant.load import load
from pullcord.plant.model import Plant
from pullcord.plant.problems import PlantError, Problem, dotted, shown

File = Annotated[Path, typer.Argument(metavar="FILE", help="The plant file, such as plant.yaml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the stations' folders are written.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Check, compare and compile the plant file, and put it in force.")
    group.command("check")(check)
    group.command("compile")(compile_files)
    group.command("diff")(diff_files)
    group.command("show")(show)
    group.command("schema")(print_schema)
    group.command("example")(print_example)
    plant_change.register(group)
    app.add_typer(group, name="plant")


def check(file: File, as_json: AsJson = False) -> None:
    """Tell every problem of a plant file at once.  [pullcord plant check plant.yaml]"""
    compiled = _compiled(file, as_json)
    if as_json:
        _print_json({"file": str(file), "problems": []})
    else:
        cards = len({card.uid for station in compiled for card in station.cards})
        typer.echo(f"{file}: good. {len(compiled)} stations, {cards} cards and badges at their readers.")


def compile_files(file: File, out: Out = Path("build/plant"), as_json: AsJson = False) -> None:
    """Write config.json and cards.json of every station.  [pullcord plant compile plant.yaml --out DIR]"""
    compiled = _compiled(file, as_json)
    for station in compiled:
        _write(station, out / station.path)
    if as_json:
        summaries = [_summary(station) for station in compiled]
        _print_json({"file": str(file), "out": str(out), "stations": summaries})
        return
    for station in compiled:
        typer.echo(f"{out / station.path}: config {station.config['hash']}, {len(station.cards)} cards")


def diff_files(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The plant file that is in force.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The plant file that is to be.")],
    as_json: AsJson = False,
) -> None:
    """Tell what differs between two plant files, and for which stations.  [pullcord plant diff old.yaml new.yaml]"""
    boards = _boards()
    plants = [_plant(file, boards, as_json) for file in (old, new)]
    told = diff.of_files(*plants)
    stations = diff.of_stations(*(compile_plant(plant, boards) for plant in plants))
    if as_json:
        differences = [{"path": dotted(one.path), "old": one.old, "new": one.new} for one in told]
        _print_json({"differences": differences, "stations": {station.path: station.what for station in stations}})
        return
    for one in told:
        typer.echo(str(one))
    for station in stations:
        typer.echo(f"{station.path}: {station.what}")
    if not told and not stations:
        typer.echo("No difference.")


def show(file: File, as_json: AsJson = False) -> None:
    """List what the plant file declares.  [pullcord plant show plant.yaml]"""
    boards = _boards()
    plant = _plant(file, boards, as_json)
    compiled = _stations(file, plant, boards)
    if as_json:
        _print_json({"file": str(file), "stations": [station.config for station in compiled]})
        return
    console = Console()
    console.print(_lines_table(plant))
    console.print(_stations_table(plant, compiled))
    if plant.loops:
        console.print(_loops_table(plant))


def print_schema(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """Print the plant file's JSON Schema, for editors.  [pullcord plant schema --out plant.schema.json]"""
    if out is None:
        typer.echo(schema.text(), nl=False)
        return
    try:
        out.write_text(schema.text(), encoding="utf-8")
    except OSError as error:
        raise Failure(f"pullcord plant: {out}: cannot be written ({error.strerror}); choose another place") from error


def print_example(
    stations: Annotated[int, typer.Option("--stations", metavar="N", help="How many it has.")] = 20,
) -> None:
    """Print a plant file of any size, to try things on.  [pullcord plant example --stations 200 > plant.yaml]"""
    try:
        typer.echo(example.example(stations), nl=False)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--stations") from error


def _compiled(file: Path, as_json: bool) -> list[Compiled]:
    boards = _boards()
    return _stations(file, _plant(file, boards, as_json), boards)


def _stations(file: Path, plant: Plant, boards: dict[str, Board]) -> list[Compiled]:
    try:
        return compile_plant(plant, boards)
    except CompileError as error:
        raise Failure(f"{file}: the firmware would refuse this config: {error}") from error


def _boards() -> dict[str, Board]:
    try:
        return board_profiles.load()
    except PlantError as error:
        raise Failure(*error.lines()) from error


def _plant(file: Path, boards: dict[str, Board], as_json: bool) -> Plant:
    try:
        return load(file, boards)
    except PlantError as error:
        if as_json:
            _print_json({"file": error.file, "problems": [_problem(problem) for problem in error.problems]})
        raise Failure(*error.lines()) from error


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "path": dotted(problem.path),
        "value": shown(problem.value),
        "wrong": problem.wrong,
        "right": problem.right,
    }


def _summary(station: Compiled) -> dict[str, Any]:
    return {"station": station.path, "hash": station.config["hash"], "cards": len(station.cards)}


def _write(station: Compiled, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(station.config, indent=1) + "\n", encoding="utf-8")
        (folder / "cards.json").write_text(_card_lines(station.cards), encoding="utf-8")
    except OSError as error:
        wrong = f"pullcord: {folder}: cannot be written ({error.strerror}). Choose another place with --out."
        raise Failure(wrong) from error


def _card_lines(cards: tuple[Card, ...]) -> str:
    """One JSON array a line: uid, loop, here, state."""
    return "".join(json.dumps(list(card)) + "\n" for card in cards)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))


def _stations_table(plant: Plant, compiled: list[Compiled]) -> Table:
    table = Table(title=f"{plant.site.name}: {len(compiled)} stations", title_justify="left")
    for column in ("station", "board", "light", "inputs", "readers", "permit", "config"):
        table.add_column(column, no_wrap=column in ("station", "config"))
    for station in compiled:
        config = station.config
        table.add_row(
            station.path.partition("/")[2],
            config["board"],
            config["light"]["kind"] + " " + " ".join(config["light"]["pins"]),
            " ".join(item["name"] for item in config["inputs"]),
            " ".join(f"{item['name']} ({item['role']})" for item in config["readers"]),
            "yes" if config["permit"] else "",
            config["hash"],
        )
    return table


def _lines_table(plant: Plant) -> Table:
    """`asked`: the takt that demand and shifts ask for, beside the one that is said."""
    table = Table(title="Lines", title_justify="left")
    for column in ("line", "stations", "segments", "makes", "takt", "asked"):
        is_number = column in ("stations", "takt", "asked")
        table.add_column(column, overflow="fold", justify="right" if is_number else "left")
    for area_name, area in plant.areas.items():
        for name, line in area.lines.items():
            asked = asked_takt_s(plant, line)
            table.add_row(
                f"{area_name}/{name}",
                str(len(line.stations)),
                " ".join(line.segments),
                " ".join(line.makes),
                f"{line.takt.takt_s} s" if line.takt else "",
                f"{float(asked):.1f} s" if asked else "",
            )
    return table


def _loops_table(plant: Plant) -> Table:
    table = Table(title=f"{len(plant.loops)} loops", title_justify="left")
    for column in ("loop", "item", "consumer", "supplier", "quantity", "cards"):
        is_number = column in ("quantity", "cards")
        table.add_column(column, overflow="fold", justify="right" if is_number else "left")
    for name, loop in plant.loops.items():
        table.add_row(name, loop.item, loop.consumer, loop.supplier, str(loop.quantity), str(len(loop.cards)))
    return table
