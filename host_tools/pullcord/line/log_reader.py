"""Reads the log while the service writes it, by a connection of its own that can only read."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import inspect

from pullcord.line import engines, log, place
from pullcord.line.place import Place
from pullcord.line.tables import plant_events
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

    def entries(self, after: int, limit: int) -> list[Entry]:
        """`log.read`."""
        with self._engine.connect() as connection:
            return log.read(connection, after, limit)

    def decisions(self, kinds: Iterable[str], after: int = 0, limit: int | None = None) -> list[Entry]:
        """`log.decisions`."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(plant_events.name):
                return []
            return log.decisions(connection, kinds, after, limit)
