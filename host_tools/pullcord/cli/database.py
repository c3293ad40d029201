"""The database that a command is told of: a file, or one of a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from pullcord.cli.failure import Failure
from pullcord.line import database, place
from pullcord.line.figures import Figures
from pullcord.line.place import Place
from pullcord.line.store import Store

Database = Annotated[
    str,
    typer.Argument(metavar="DATABASE", help="The line service's database: line.db, or postgresql://user@host/name."),
]


def named(where: str) -> Place:
    """Failure when it looks like none, or needs a driver that is not installed."""
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
