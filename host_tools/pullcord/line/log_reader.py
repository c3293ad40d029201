"""Reads the log while the service writes it, by a connection of its own that can only read."""

from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import func, inspect, select

from pullcord.line import database, engines, log, place
from pullcord.line.place import Place
from pullcord.line.plant_history import DECLARED, Standing, versions
from pullcord.line.tables import events, meta, plant_events
from pullcord.pull.entry import Entry


class LogReader:
    """Of one database. Methods block; SQLAlchemy's DBAPIError when it cannot be read."""

    def __init__(self, where: Path | str | Place) -> None:
        self._engine = engines.reader(place.read(where))

    def close(self) -> None:
        self._engine.dispose()

    def newest(self) -> int:
        """The position of the last entry; 0 when the log is empty."""
        with self._engine.connect() as connection:
            return log.newest(connection) if inspect(connection).has_table(plant_events.name) else 0

    def epoch(self) -> str:
        """Rises when the database was restored; "" before there is one."""
        with self._engine.connect() as connection:
            return (database.get(connection, "epoch") or "") if inspect(connection).has_table(meta.name) else ""

    def entries(self, after: int, limit: int, kinds: Collection[str] | None = None) -> list[Entry]:
        """`log.read`."""
        with self._engine.connect() as connection:
            return log.read(connection, after, limit, kinds)

    def position_at(self, moment: int) -> int:
        """The last position that the plant had by then; 0 before the first."""
        heard = (events.c.position, events.c.received_at), (plant_events.c.position, plant_events.c.recorded_at)
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(plant_events.name):
                return 0
            found = [connection.scalar(select(func.max(position)).where(at <= moment)) for position, at in heard]
        return max(position or 0 for position in found)

    def decisions(self, kinds: Iterable[str], after: int = 0, limit: int | None = None) -> list[Entry]:
        """`log.decisions`."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(plant_events.name):
                return []
            return log.decisions(connection, kinds, after, limit)

    def plant_file(self, file: str) -> tuple[str, str] | None:
        """Name and text of the plant file that is known by this hash."""
        with self._engine.connect() as connection:
            filed = log.keyed(connection, f"plant-file/{file}")
        return (filed.data["name"], filed.data["text"]) if filed else None

    def plant_versions(self) -> list[Standing]:
        """All plant files that were ever in force, in order."""
        return versions(self.decisions([DECLARED]))


class News:
    """Decisions of some kinds, each once, as they come. After a restore the log is another one, and begins anew."""

    def __init__(self, reader: LogReader, kinds: Iterable[str]) -> None:
        self._reader = reader
        self._kinds = list(kinds)
        self._seen = 0
        self._epoch = ""

    def fetch(self) -> tuple[bool, list[Entry]]:
        """Whether it begins anew, and those behind what was fetched before, in order. For one thread at a time."""
        epoch, newest = self._reader.epoch(), self._reader.newest()
        anew = epoch != self._epoch or newest < self._seen
        if anew:
            self._epoch, self._seen = epoch, 0
        entries = self._reader.decisions(self._kinds, self._seen) if newest > self._seen else []
        self._seen = max([newest, *(entry.position for entry in entries)])
        return anew, entries
