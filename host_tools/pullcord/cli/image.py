"""`pullcord image`: the folder of MicroPython images."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from pullcord.cli.failure import FAILED, Failure, complain
from pullcord.images import download, fit
from pullcord.images.folder import ImageFolder, ImageProblem
from pullcord.images.recognise import Image
from pullcord.plant import boards as board_profiles
from pullcord.plant.boards import Board

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Folder = Annotated[
    Path | None,
    typer.Option("--images", metavar="DIR", envvar="PULLCORD_IMAGES", help="The folder of images, when not your own."),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Keep MicroPython images, so that flashing needs no internet.")
    group.command("add")(add)
    group.command("list")(list_images)
    group.command("verify")(verify)
    group.command("fetch")(fetch)
    app.add_typer(group, name="image")


def opened(folder: Path | None) -> ImageFolder:
    """The one that was named, else the user's own."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return ImageFolder(folder or data / "pullcord" / "images")


def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Images: .uf2 or .bin.")],
    folder: Folder = None,
    as_json: AsJson = False,
) -> int | None:
    """Take images into the folder.  [pullcord image add RPI_PICO_W-20250415-v1.25.0.uf2]"""
    images, added, wrong = opened(folder), [], []
    for file in files:
        try:
            added.append(images.add(file.name, file.read_bytes()))
        except OSError as error:
            wrong.append(f"pullcord image: {file}: cannot be read ({error.strerror})")
        except ImageProblem as problem:
            wrong.append(f"pullcord image: {problem}")
    _tell(images, added, as_json)
    complain(*wrong)
    return FAILED if wrong else None


def list_images(folder: Folder = None, as_json: AsJson = False) -> None:
    """Tell what each image is for.  [pullcord image list]"""
    images = opened(folder)
    try:
        states = images.verify()
        whole = images.images()
    except ImageProblem as problem:
        raise Failure(f"pullcord image: {problem}") from problem
    profiles = board_profiles.load().values()
    if as_json:
        rows = [{"name": name, "problem": wrong, **_row(whole.get(name), profiles)} for name, wrong in states.items()]
        typer.echo(json.dumps({"folder": str(images.path), "images": rows}, indent=1))
        return
    if not states:
        typer.echo(f"{images.path}: no images yet. `pullcord image fetch BOARD`, or `pullcord image add FILE`.")
        return
    Console().print(_table(images.path, states, whole, profiles))


def verify(folder: Folder = None, as_json: AsJson = False) -> int | None:
    """Compare each image with the sum that was noted when it came.  [pullcord image verify]"""
    images = opened(folder)
    try:
        states = images.verify()
    except ImageProblem as problem:
        raise Failure(f"pullcord image: {problem}") from problem
    wrong = {name: problem for name, problem in states.items() if problem}
    if as_json:
        typer.echo(json.dumps({"folder": str(images.path), "images": states}, indent=1))
    else:
        typer.echo(f"{images.path}: {len(states) - len(wrong)} of {len(states)} images are as they were taken in.")
    complain(*(f"pullcord image: {name} {problem}" for name, problem in wrong.items()))
    return FAILED if wrong else None


def fetch(
    what: Annotated[str, typer.Argument(metavar="BOARD|URL", help="A board's name, such as raspberry-pi-pico-w.")],
    sha256: Annotated[str, typer.Option("--sha256", metavar="HEX", help="The sum it must have, if you know it.")] = "",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Download an image.  [pullcord image fetch raspberry-pi-pico-w]"""
    images = opened(folder)
    try:
        address = _address(what)
        name = download.name_of(address)
        added = images.add(name, _downloaded(address, name), sha256)
    except ImageProblem as problem:
        raise Failure(f"pullcord image: {problem}") from problem
    _tell(images, [added], as_json)


def _address(what: str) -> str:
    if "://" in what:
        return what
    profiles = board_profiles.load()
    if what not in profiles:
        raise Failure(f"pullcord image: {what}: no such board; an address, or one of {', '.join(profiles)}")
    return download.sources().of(profiles[what])


def _downloaded(address: str, name: str) -> bytes:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        return download.fetch(address, lambda done, total: bar.update(task, completed=done, total=total or None))


def _tell(images: ImageFolder, names: list[str], as_json: bool) -> None:
    whole = images.images() if names else {}
    profiles = board_profiles.load().values()
    if as_json:
        rows = [{"name": name, **_row(whole[name], profiles)} for name in names]
        typer.echo(json.dumps({"folder": str(images.path), "images": rows}, indent=1))
        return
    for name in names:
        fits = ", ".join(board.id for board in fit.boards(whole[name], profiles)) or "none of the known boards"
        typer.echo(f"{images.file(name)}: MicroPython {whole[name].version} for {fits}")


def _row(image: Image | None, profiles: Iterable[Board]) -> dict[str, Any]:
    return {**asdict(image), "boards": [board.id for board in fit.boards(image, profiles)]} if image else {}


def _table(
    folder: Path, states: Mapping[str, str], whole: Mapping[str, Image], profiles: Iterable[Board]
) -> Table:
    table = Table(title=str(folder), title_justify="left")
    for column in ("image", "MicroPython", "chip", "for boards", "KB"):
        table.add_column(column, overflow="fold", justify="right" if column == "KB" else "left")
    for name, problem in states.items():
        image = whole.get(name)
        if image is None:
            table.add_row(name, "", "", f"[red]{escape(problem)}[/red]", "")
            continue
        fits = " ".join(board.id for board in fit.boards(image, profiles))
        table.add_row(name, image.version, image.chip, fits or f"none ({image.machine})", str(image.size // 1024))
    return table
