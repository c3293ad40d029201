"""The line's database: can it be read, is it durable, is there room, does the fold keep up."""

import shutil

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from pullcord.line import database, engines
from pullcord.line.place import Place
from pullcord.line.tables import SCHEMA_VERSION, events, meta, plant_events, projections, quarantine

from .finding import Finding, told, well, wrong

PART = "database"
LEAST_FREE = 500 * 1024 * 1024
BEHIND = 10_000  # entries: more than a burst of a whole hall
MOMENT_MS = 60_000


def look(place: Place, now_ms: int) -> list[Finding]:
    if place.file is not None and not place.file.is_file():
        return [wrong(PART, f"{place.shown} is not there", "name the one that `pullcord run` or your service writes")]
    engine = engines.reader(place)
    try:
        with engine.connect() as connection:
            return [*_tables(connection, place, now_ms), *_room(place)]
    except DBAPIError as error:
        what, _, hint = database.advice(error, place).rpartition(": ")
        return [wrong(PART, what.partition(";")[0], hint)]
    finally:
        engine.dispose()


def _tables(connection: Connection, place: Place, now_ms: int) -> list[Finding]:
    if not inspect(connection).has_table(meta.name):
        return [wrong(PART, f"{place.shown} is no line's database", "name the right one; a service makes its own")]
    schema = int(database.get(connection, "schema") or 0)
    if schema != SCHEMA_VERSION:
        newer = schema > SCHEMA_VERSION
        hint = "update pullcord" if newer else "the next start of the service brings it up to date"
        return [wrong(PART, f"{place.shown} has format {schema}, this program {SCHEMA_VERSION}", hint)]
    counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (events, quarantine)]
    found = [well(PART, f"{place.shown}: {counts[0]:,} events recorded")]
    found += _quarantine(counts[1])
    if place.file is not None:
        found += _journal_mode(connection)
    return [*found, *_fold(connection), *_future(connection, now_ms)]


def _quarantine(count: int) -> list[Finding]:
    if not count:
        return []
    return [told(PART, f"{count} messages could not be understood", "the page /quarantine shows them and why")]


def _journal_mode(connection: Connection) -> list[Finding]:
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    if mode == "wal":
        return [well(PART, "its journal mode is WAL")]
    hint = "start the service once; a copy on a network drive cannot have WAL: move it to a disk of this computer"
    return [wrong(PART, f"its journal mode is {mode}, so readers hold the recorder up", hint)]


def _fold(connection: Connection) -> list[Finding]:
    newest = max(connection.scalar(select(func.max(table.c.position))) or 0 for table in (events, plant_events))
    behind = {row.name: newest - row.position for row in connection.execute(select(projections))}
    if not behind:
        return [told(PART, "nothing is folded yet", "the service folds while it runs; or: pullcord log rebuild")]
    late = {name: count for name, count in behind.items() if count > BEHIND}
    if not late:
        return [well(PART, f"{len(behind)} projections, {max(behind.values())} entries behind at most")]
    what = ", ".join(f"{name} by {count:,}" for name, count in late.items())
    hint = "is the service running? /healthz says why one stands still; else: pullcord log rebuild"
    return [wrong(PART, f"projections are behind: {what} entries", hint)]


def _future(connection: Connection, now_ms: int) -> list[Finding]:
    received = connection.scalar(select(func.max(events.c.received_at))) or 0
    if received <= now_ms + MOMENT_MS:
        return []
    what = "events were received later than this computer's clock says it is now"
    return [wrong(PART, what, "its clock went back, or is another one than the service's: set it right")]


def _room(place: Place) -> list[Finding]:
    if place.file is None:
        return []
    free = shutil.disk_usage(place.file.absolute().parent).free
    what = f"{free // (1024 * 1024):,} MB are free on its disk"
    if free >= LEAST_FREE:
        return [well(PART, what)]
    return [wrong(PART, what, "make room: without any nothing is recorded, and the stations' journals fill")]
