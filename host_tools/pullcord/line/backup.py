"""Backups of the log, and how one is put back. Both while the line service runs.

A backup is a SQLite file, whatever the plant's database is: so it can be looked into with the usual commands, checked
anywhere, and put back into a database of the other kind.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from pullcord.line import atomic_file, database, engines, place, tokens
from pullcord.line import log as event_log
from pullcord.line.log import PlantEvent
from pullcord.line.place import Place
from pullcord.line.store import Store
from pullcord.line.tables import events, holes, journals, meta, plant_events, quarantine
from pullcord.pull.projections import all_of_them

LOG = (events, plant_events, journals, quarantine, holes)
PAGES = 2_000
ROWS = 2_000

Progress = Callable[[int, int], None]
"""What is done, of how much."""


class BackupUnusable(Exception):
    """The text says what is wrong with the file, and what to do."""


class Kept(NamedTuple):
    """What a backup holds: the last `position`, rows by table, and the epoch in which it was taken."""

    position: int
    rows: dict[str, int]
    epoch: int


class Restored(NamedTuple):
    """`lost`: decisions of the replaced database that the backup does not know. Stations send theirs again.

    `revoked`: whose tokens were taken back since the backup; they stay taken back.
    """

    kept: Kept
    epoch: int
    lost: int
    revoked: list[str]


def take(source: Place, target: Path, progress: Progress) -> Kept:
    """A checked copy at `target`, whole or not at all. FileExistsError; OSError; DBAPIError; BackupUnusable."""
    if target.exists():
        raise FileExistsError(str(target))
    with atomic_file.beside(target) as unfinished:
        if source.file is None:
            _copy_rows(source, unfinished, progress)
        else:
            _copy_pages(source.file, unfinished, progress)
        return check(unfinished)


def check(file: Path) -> Kept:
    """Read all of it. BackupUnusable when it is damaged, or no database of ours."""
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(f"{file}: {error}; it is no backup of Pullcord, take another one") from error
    if said != "ok":
        raise BackupUnusable(f"{file}: it is damaged ({said.splitlines()[0]}); take another one")
    engine = engines.reader(place.read(file))
    try:
        with engine.connect() as connection:
            return _kept(connection)
    except DBAPIError as error:
        raise BackupUnusable(f"{file}: {error.orig}; it is no backup of Pullcord, take another one") from error
    finally:
        engine.dispose()


def restore(file: Path, target: Place, now: int, by: str, progress: Progress) -> Restored:
    """Put the log of a backup in the place of the database's own, in one transaction, in a new epoch.

    A running service notices, and stations send again what they still have. BackupUnusable; DatabaseUnusable;
    DBAPIError.
    """
    check(file)
    with _brought_up(file) as backup, closing(Store(target)) as store:
        store.open()
        kept = _kept(backup)
        with store.transaction() as connection:
            before = _kept(connection)
            lost = _decisions_lost(connection, backup)
            revoked = _revoked_since(connection, backup)
            for table in LOG:
                connection.execute(delete(table))
            _copy_tables(backup, connection, sum(kept.rows.values()), progress)
            epoch = max(before.epoch, kept.epoch) + 1
            connection.execute(update(meta).where(meta.c.key == "epoch").values(value=str(epoch)))
            data = {"position": kept.position, "replaced": before.position, "epoch": epoch}
            event_log.append(connection, PlantEvent("log.restored", now, by, data), now)
            for name in revoked:
                event_log.append(connection, tokens.revoked(now, by, name), now)
            store.projector(all_of_them()).begin_anew(connection)
            found = _kept(connection).rows
            if found != kept.rows | {plant_events.name: kept.rows[plant_events.name] + 1 + len(revoked)}:
                raise BackupUnusable(f"{file}: {kept.rows} went in and {found} came out; nothing was changed")
    return Restored(kept, epoch, lost, revoked)


def _copy_pages(source: Path, target: Path, progress: Progress) -> None:
    """SQLite's own online backup. What is being read is held still, or each commit would begin the copy anew."""
    with (
        closing(sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True, isolation_level=None)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM meta").fetchone()
        live.backup(copy, pages=PAGES, progress=lambda _status, left, all_of: progress(all_of - left, all_of))
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it


def _copy_rows(source: Place, target: Path, progress: Progress) -> None:
    """From a server, as it is at one moment."""
    engine = engines.reader(source)
    try:
        with (
            engine.connect().execution_options(isolation_level="REPEATABLE READ") as live,
            closing(Store(target)) as store,
        ):
            store.open()
            with store.transaction() as copy:
                _copy_tables(live, copy, sum(_kept(live).rows.values()), progress)
                for row in live.execute(select(meta)):
                    copy.execute(update(meta).where(meta.c.key == row.key).values(value=row.value))
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()


def _copy_tables(source: Connection, target: Connection, whole: int, progress: Progress) -> None:
    done = 0
    for table in LOG:
        for batch in _batches(source, table):
            target.execute(insert(table), batch)
            done += len(batch)
            progress(done, whole)


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows, by their key, never more than some in memory."""
    (key,) = table.primary_key.columns
    query = select(table).order_by(key).limit(ROWS)
    rows = [dict(row._mapping) for row in source.execute(query)]
    while rows:
        yield rows
        rows = [dict(row._mapping) for row in source.execute(query.where(key > rows[-1][key.name]))]


@contextmanager
def _brought_up(file: Path) -> Iterator[Connection]:
    """A copy of the backup, in this version's format: the file itself is never written to."""
    with TemporaryDirectory(prefix="pullcord-restore-") as folder:
        copy = Path(folder, "backup.db")
        _copy_pages(file, copy, lambda _done, _whole: None)
        with closing(Store(copy)) as store:
            store.open()
            with store.transaction() as connection:
                yield connection


def _kept(connection: Connection) -> Kept:
    """The first version had no decisions."""
    there = [table for table in LOG if table is not plant_events or inspect(connection).has_table(table.name)]
    rows = {table.name: 0 for table in LOG}
    rows |= {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in there}
    logs = [table.c.position for table in (events, plant_events) if table in there]
    newest = max(connection.scalar(select(func.max(position))) or 0 for position in logs)
    return Kept(newest, rows, int(database.get(connection, "epoch") or 1))


def _revoked_since(connection: Connection, backup: Connection) -> list[str]:
    """Whose tokens the backup would put in force again, although they were taken back since."""
    log = event_log.decisions(connection, tokens.KINDS)
    known = {entry.data["digest"] for entry in log if entry.kind == tokens.ADDED}
    gone = known - tokens.in_force(log).keys()
    old = tokens.in_force(event_log.decisions(backup, tokens.KINDS))
    return sorted(name for digest, name in old.items() if digest in gone)


def _decisions_lost(connection: Connection, backup: Connection) -> int:
    """Decisions have no station that could send them again. Those that the recorder placed itself come back."""
    newest = backup.scalar(select(func.max(plant_events.c.recorded_at))) or 0
    later = select(func.count()).where(plant_events.c.recorded_at > newest, plant_events.c.by != "recorder")
    return connection.scalar(later) or 0
