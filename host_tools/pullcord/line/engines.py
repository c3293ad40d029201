"""Connections to the database, with the promises that the recorder rests on: the same on SQLite and PostgreSQL.

A commit is on the disk before it returns. One transaction writes at a time, from its first statement on, whatever
process it is of: so positions have no hole, and what a transaction read still holds when it commits. Who waits longer
than `BUSY_MS` for its turn is told so.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from pullcord.line.place import Place

BUSY_MS = 2_000
CONNECT_S = 5
# An advisory lock is a number in a database; this one is "pullcord" in ASCII.
WRITER = 0x70756C6C636F7264
# A writer that hangs, or whose computer lost its power in the middle, must not hold the others up for hours.
POSTGRESQL = {
    "synchronous_commit": "on",
    "lock_timeout": BUSY_MS,
    "idle_in_transaction_session_timeout": 60_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "timezone": "UTC",
}


def writer(place: Place) -> Engine:
    """Each of its transactions is the only one that writes."""
    engine = _to_postgresql(place, POSTGRESQL) if place.file is None else _to_sqlite(place)
    turn = f"SELECT pg_advisory_xact_lock({WRITER})" if place.file is None else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(turn)

    return engine


def reader(place: Place) -> Engine:
    """Can only read, and neither waits for the writer nor holds it up."""
    if place.file is None:
        return _to_postgresql(place, POSTGRESQL | {"default_transaction_read_only": "on"})
    return create_engine(f"sqlite:///file:{place.file.absolute()}?mode=ro&uri=true")


def _to_sqlite(place: Place) -> Engine:
    engine = create_engine(place.url)

    @event.listens_for(engine, "connect")
    def promise(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not open transactions by itself: `begin` does, with the lock taken at once.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _to_postgresql(place: Place, settings: dict[str, Any]) -> Engine:
    own = place.url.query.get("options", ())
    options = " ".join(
        [*([own] if isinstance(own, str) else own), *(f"-c {name}={value}" for name, value in settings.items())]
    )
    arguments = {"connect_timeout": CONNECT_S, "options": options, "application_name": "pullcord"}
    # What waited for its turn must see what was committed in the meantime.
    return create_engine(place.url, connect_args=arguments, isolation_level="READ COMMITTED")
