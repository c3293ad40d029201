"""Preparing the line service's database, and what to tell when there is trouble with it."""

import secrets
from typing import Literal

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from pullcord.line.place import Place
from pullcord.line.tables import SCHEMA_VERSION, meta

FIRST_WITH_ALEMBIC = 2


class DatabaseUnusable(Exception):
    """It is there, and must not be written to; the text says why, and what to do."""


class DatabaseTooNew(DatabaseUnusable):
    """A later version wrote it."""


def prepare(connection: Connection, place: Place) -> None:
    """Make the tables of a new database, bring an older one up. Raises DatabaseUnusable."""
    _must_be_durable(connection, place)
    is_new = not inspect(connection).has_table(meta.name)
    found = None if is_new else get(connection, "schema")
    if found is not None and int(found) > SCHEMA_VERSION:
        raise DatabaseTooNew(
            f"{place.shown}: written by a later version (format {found}, this one reads up to {SCHEMA_VERSION}); "
            "update pullcord, or name another database"
        )
    if found == str(FIRST_WITH_ALEMBIC - 1):
        migrate(connection, "stamp", "0001")
    if found != str(SCHEMA_VERSION):
        migrate(connection, "upgrade", "head")
    if is_new:
        values = {"schema": str(SCHEMA_VERSION), "epoch": "1", "database": secrets.token_hex(8)}
        connection.execute(insert(meta), [{"key": key, "value": value} for key, value in values.items()])


def _must_be_durable(connection: Connection, place: Place) -> None:
    """A receipt lets a station forget. SQLite's connections see to it themselves (`engines`)."""
    if connection.dialect.name != "postgresql":
        return
    for setting in ("fsync", "full_page_writes"):
        if connection.exec_driver_sql(f"SHOW {setting}").scalar() != "on":
            raise DatabaseUnusable(
                f"{place.shown}: the server runs with {setting} = off, so that a power cut may lose what was "
                f"committed; set {setting} = on in postgresql.conf and restart the server"
            )


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


# By what the database says; SQLite's words first, then PostgreSQL's.
HINTS = {
    "full": "free some space on that disk",
    "locked": "end the other program that writes to it",
    "readonly": "let the service write to the file and its folder",
    "unable to open": "see that the folder exists and the service may write there",
    "malformed": "stop the service and restore a backup",
    "No space left": "free some space on the server's disk",
    "lock timeout": "end the other program that writes to it",
    "read-only": "let the service write to it: is the server a standby?",
    "authentication failed": "put the right password into the file that passfile names",
    "no password supplied": "name a file with the password: postgresql://...?passfile=/etc/pullcord/pgpass",
    "does not exist": "have the administrator make the role and the database (createuser, createdb)",
    "permission denied": "let the role make tables: it should own the database",
    "refused": "see that the server runs there and takes connections",
    "could not translate host name": "see that the name is right, or give the server's address in numbers",
    "timeout expired": "see that the server runs there, and that no firewall is in between",
}


def advice(error: Exception, place: Place) -> str:
    """What is wrong with the database and what to do, for the person who sees the status."""
    what = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
    hint = next((hint for sign, hint in HINTS.items() if sign in what), "see the service's log and the disk")
    return (
        f"{place.shown}: {what}; nothing is receipted until it works again, the stations keep their events: {hint}"
    )
