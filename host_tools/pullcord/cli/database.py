"""The database that a command is told of: a file, or one of a PostgreSQL server."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from pullcord.cli.failure import Failure
from pullcord.cli.one_line import one_line
from pullcord.line import database, place
from pullcord.line.figures import Figures
from pullcord.line.place import Place
from pullcord.line.store import Store

Database = Annotated[
    str,
    typer.Argument(
        metavar="DATABASE", help="Of the line service: line.db, postgresql://user@host/name, or @FILE with that."
    ),
]


WRITE = "write one line there, such as postgresql://pullcord:PASSWORD@db.plant/pullcord"


def named(where: str) -> Place:
    """`@FILE`: what stands in that file. Failure when it looks like none, or needs a driver that is not installed."""
    if where.startswith("@"):
        where = one_line(Path(where[1:]), "the database's address", WRITE)
    try:
        found = place.read(where)
    except ValueError as error:
        raise Failure(f"pullcord: {error}") from error
    if found.file is None:
        try:
            import psycopg  # noqa: F401  (only plants with PostgreSQL need it)
        except ImportError as error:
            raise Failure(
                f"pullcord: {found.shown}: the driver for PostgreSQL is not installed; "
                "pip install 'psycopg[binary]'"
            ) from error
    return found


def makeable(where: str) -> Place:
    """As `named`; Failure, too, when it is a file for which there is no room: nothing is made for a mistyped path."""
    found = named(where)
    if found.file is None:
        return found
    folder = found.file.absolute().parent
    if not folder.is_dir():
        raise Failure(
            f"pullcord: {found.file}: there is no folder {folder}; correct the path, or make it: mkdir {folder}"
        )
    if found.file.is_dir():
        raise Failure(f"pullcord: {found.file}: is a folder; name a file in it, such as {found.file / 'line.db'}")
    if not os.access(folder, os.W_OK | os.X_OK) or (found.file.exists() and not os.access(found.file, os.W_OK)):
        raise Failure(
            f"pullcord: {found.file}: {getpass.getuser()} may not write there; let that account write to the file and "
            "its folder, or name another one"
        )
    return found


def existing(where: str) -> Place:
    """The same; Failure, too, when it is a file that is not there."""
    found = named(where)
    if found.file is not None and not found.file.is_file():
        raise Failure(f"pullcord: {where}: there is no such database. `pullcord run` keeps its own in build/run/line/.")
    return found


@contextmanager
def opened(where: str) -> Iterator[Store]:
    """The database, which must be there. Failure when it is not, or is in trouble."""
    found = existing(where)
    store = Store(found)
    try:
        with telling(found):
            store.open()
            yield store
    finally:
        store.close()


@contextmanager
def figures_of(where: str) -> Iterator[Figures]:
    """What is to be read from it. Failure as above."""
    found = existing(where)
    figures = Figures(found)
    try:
        with telling(found):
            yield figures
    finally:
        figures.close()


@contextmanager
def telling(found: Place) -> Iterator[None]:
    """Trouble with the database as a Failure."""
    try:
        yield
    except database.DatabaseUnusable as error:
        raise Failure(f"pullcord: {error}") from error
    except DBAPIError as error:
        raise Failure(f"pullcord: {database.advice(error, found)}") from error
