"""Opening the line service's database: what it must promise, and what to tell when it cannot."""

import secrets
import sqlite3
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from pullcord.line.tables import SCHEMA_VERSION, meta

BUSY_MS = 2_000
FIRST_WITH_ALEMBIC = 2


class DatabaseTooNew(Exception):
    """The file was written by a later version."""


def engine_for(path: Path) -> Engine:
    """An engine whose every commit is on the disk before it returns, and whose transactions lock at once."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def promise(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not open transactions by itself: `begin` below does, with the lock taken at once.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def prepare(connection: Connection, path: Path) -> None:
    """Make the tables of a new database, bring an older one up; DatabaseTooNew for one that is of a later version."""
    is_new = not inspect(connection).has_table(meta.name)
    found = None if is_new else get(connection, "schema")
    if found is not None and int(found) > SCHEMA_VERSION:
        raise DatabaseTooNew(
            f"{path}: written by a later version (format {found}, this one reads up to {SCHEMA_VERSION}); "
            "update pullcord, or name another database"
        )
    if found == str(FIRST_WITH_ALEMBIC - 1):
        migrate(connection, "stamp", "0001")
    if found != str(SCHEMA_VERSION):
        migrate(connection, "upgrade", "head")
    if is_new:
        values = {"schema": str(SCHEMA_VERSION), "epoch": "1", "database": secrets.token_hex(8)}
        connection.execute(insert(meta), [{"key": key, "value": value} for key, value in values.items()])


def migrate(connection: Connection, do: Literal["upgrade", "downgrade", "stamp"], revision: str) -> None:
    """Alembic's command of that name, within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config  # only where a database changes: it takes a while to load

    config = Config()
    config.set_main_option("script_location", "pullcord.line:migrations")
    config.attributes["connection"] = connection
    getattr(command, do)(config, revision)


def get(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(meta.c.value).where(meta.c.key == key))


def is_trouble(error: Exception) -> bool:
    """True when the database itself is in trouble and a later try may do; False when the data is at fault."""
    return isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError)


def advice(error: Exception, path: Path) -> str:
    """What is wrong with the database and what to do, for the person who sees the status."""
    what = str(error.orig if isinstance(error, DBAPIError) else error)
    hints = {
        "full": "free some space on that disk",
        "locked": "end the other program that writes to it",
        "readonly": "let the service write to the file and its folder",
        "unable to open": "see that the folder exists and the service may write there",
        "malformed": "stop the service and restore a backup",
    }
    hint = next((hint for sign, hint in hints.items() if sign in what), "see the service's log and the disk")
    return (
        f"{path}: {what}; nothing is receipted until it works again, the stations keep their events: {hint}"
    )
