"""The projector: folds the log into tables, one position after the other, behind the recorder's back.

The log is the truth and the tables of projections are made from it. A projection whose version is not that of its
tables is made anew, batch by batch, while events are recorded. Rows and the position that they stand for are
written in one transaction, so a kill at any time leaves tables that agree with themselves.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pullcord.line import database
from pullcord.line import log as event_log
from pullcord.line.sheet_tables import table_of
from pullcord.line.tables import projections as cursors
from pullcord.pull.entry import Entry
from pullcord.pull.projection import Projection
from pullcord.pull.sheet import Sheet

logger = logging.getLogger(__name__)

BATCH = 1_000
NOWHERE = -1
# SQLite takes 32,766 parameters in one statement; a key has at most three.
DELETED_AT_ONCE = 5_000


class Progress(NamedTuple):
    """`position`: how far every projection is; `newest`: how far the log goes."""

    position: int
    newest: int

    @property
    def done(self) -> bool:
        return self.position >= self.newest


class Projector:
    """For one thread at a time. `trouble`: by projection, why it stands still; the others go on."""

    def __init__(self, engine: Engine, projections: Sequence[Projection]) -> None:
        self.trouble: dict[str, str] = {}
        self._engine = engine
        self._projections = list(projections)
        self._positions: dict[str, int] = {}
        self._connection: Connection | None = None
        metadata = MetaData()
        self._tables = {s.name: table_of(s, metadata) for p in projections for s in p.sheets}

    def open(self) -> None:
        """Make what tables are missing; a projection with another version begins at the start of the log."""
        with self._engine.begin() as connection:
            for projection in self._projections:
                cursor = _cursor(connection, projection.name)
                if cursor is None or cursor.version != projection.version:
                    self._begin_anew(connection, projection)
                self._load(connection, projection)

    def rebuild(self) -> None:
        """Forget every table of the projections; `catch_up` makes them anew."""
        with self._engine.begin() as connection:
            self.begin_anew(connection)
        self.trouble = {}

    def begin_anew(self, connection: Connection) -> None:
        """The same, as a part of a transaction. Whoever else folds this database notices."""
        for projection in self._projections:
            self._begin_anew(connection, projection)
            self._load(connection, projection)

    def catch_up(self, limit: int = BATCH) -> Progress:
        """Fold at most `limit` entries into each projection, in one transaction."""
        try:
            with self._engine.begin() as connection:
                newest = self._catch_up(connection, limit)
        except BaseException:
            # Rows in memory are ahead of what was rolled back: they are to be loaded anew.
            self._positions = dict.fromkeys(self._positions, NOWHERE)
            raise
        moving = [p.name for p in self._projections if p.name not in self.trouble]
        return Progress(min((self._positions[name] for name in moving), default=newest), newest)

    def _catch_up(self, connection: Connection, limit: int) -> int:
        self._connection = connection
        newest = event_log.newest(connection)
        batches: dict[int, list[Entry]] = {}
        for projection in self._projections:
            self._heed_others(connection, projection)
            after = self._positions[projection.name]
            if projection.name in self.trouble or after >= newest:
                continue
            if after not in batches:
                batches[after] = event_log.read(connection, after, limit)
            self._fold(connection, projection, batches[after])
        return newest

    def _fold(self, connection: Connection, projection: Projection, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                projection.apply(entry)
            except Exception as error:  # a fault in one must stop neither the others nor the recording
                if database.is_trouble(error):
                    raise  # a row could not be fetched
                self._stand_still(connection, projection, f"position {entry.position} ({entry.kind})", error)
                return
        savepoint = connection.begin_nested()
        try:
            for sheet in projection.sheets:
                self._write(connection, sheet)
        except Exception as error:  # the same for rows that the database will not take
            if database.is_trouble(error):
                raise  # not even a rollback of this part may do: the connection may be gone
            savepoint.rollback()
            between = f"positions {entries[0].position} to {entries[-1].position}"
            self._stand_still(connection, projection, between, error)
            return
        savepoint.commit()
        self._positions[projection.name] = entries[-1].position
        moved = update(cursors).where(cursors.c.name == projection.name).values(position=entries[-1].position)
        connection.execute(moved)

    def _stand_still(self, connection: Connection, projection: Projection, where: str, error: Exception) -> None:
        self.trouble[projection.name] = f"{where}: {error!r}"
        logger.error("projection %s stands still at %s", projection.name, where, exc_info=error)
        self._load(connection, projection)

    def _write(self, connection: Connection, sheet: Sheet) -> None:
        table = self._tables[sheet.name]
        written, deleted = sheet.take_changes()
        if written:
            connection.execute(_upsert(connection, table), written)
        for first in range(0, len(deleted), DELETED_AT_ONCE):
            keys = deleted[first : first + DELETED_AT_ONCE]
            connection.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(keys)))

    def _begin_anew(self, connection: Connection, projection: Projection) -> None:
        for sheet in projection.sheets:
            table = self._tables[sheet.name]
            table.drop(connection, checkfirst=True)
            table.create(connection)
        connection.execute(delete(cursors).where(cursors.c.name == projection.name))
        values = {"name": projection.name, "version": projection.version, "position": 0}
        connection.execute(insert(cursors).values(values))

    def _heed_others(self, connection: Connection, projection: Projection) -> None:
        """Another process may have folded, or begun anew, since this one did."""
        cursor = _cursor(connection, projection.name)
        if cursor is None or cursor.version != projection.version:
            self.trouble[projection.name] = "its tables are of another version; start this program anew"
        elif cursor.position != self._positions[projection.name]:
            self._load(connection, projection)

    def _load(self, connection: Connection, projection: Projection) -> None:
        for sheet in projection.sheets:
            table = self._tables[sheet.name]
            query = select(table)
            if sheet.closed:
                query = query.where(table.c[sheet.closed].is_(None))
            sheet.load(dict(row._mapping) for row in connection.execute(query))
            sheet.fetch = partial(self._fetch, table)
        cursor = _cursor(connection, projection.name)
        self._positions[projection.name] = cursor.position if cursor else 0

    def _fetch(self, table: Table, key: tuple[Any, ...]) -> dict[str, Any] | None:
        """A row that the sheet let go of, within the transaction that folds."""
        assert self._connection is not None
        parts = zip(table.primary_key.columns, key, strict=True)
        row = self._connection.execute(select(table).where(*(column == part for column, part in parts))).first()
        return dict(row._mapping) if row else None


def _cursor(connection: Connection, name: str) -> Any:
    return connection.execute(select(cursors).where(cursors.c.name == name)).first()


def _upsert(connection: Connection, table: Table) -> Any:
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = make(table)
    key = [column.name for column in table.primary_key.columns]
    values = {column.name: statement.excluded[column.name] for column in table.columns}
    return statement.on_conflict_do_update(index_elements=key, set_=values)
