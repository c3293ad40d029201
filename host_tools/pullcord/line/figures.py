"""Reads what the projector folded: calls and the report of shifts here, loops and stock in files of their own.

A connection of its own that can only read.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, MetaData, Table, func, inspect, select

from pullcord.line import engines, log, place
from pullcord.line.place import Place
from pullcord.line.sheet_tables import table_of
from pullcord.line.tables import events, plant_events, projections
from pullcord.pull import calendar, declared, report, steady
from pullcord.pull.calendar import DAY_MS
from pullcord.pull.projections import all_of_them
from pullcord.pull.spans import Span

WARMUP_MS = 7 * 86_400_000
"""Stops that began so long before what is asked for are looked at, too."""


class Figures:
    """Of one database. Methods block; SQLAlchemy's DBAPIError when it cannot be read."""

    def __init__(self, where: Path | str | Place) -> None:
        self._engine = engines.reader(place.read(where))
        metadata = MetaData()
        self._tables = {sheet.name: table_of(sheet, metadata) for p in all_of_them() for sheet in p.sheets}

    def close(self) -> None:
        self._engine.dispose()

    def plant(self) -> dict[str, Any]:
        """What of the plant file is in force; without one, a plant with nothing in it."""
        latest = (
            select(plant_events.c.data)
            .where(plant_events.c.type == "plant.declared")
            .order_by(plant_events.c.position.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            data = connection.scalar(latest) if inspect(connection).has_table(plant_events.name) else None
        return declared.read(json.loads(data)["plant"] if data else None)

    def restored_at(self) -> int:
        """When a backup was last put in the place of the log; 0: never."""
        latest = select(func.max(plant_events.c.at)).where(plant_events.c.type == "log.restored")
        with self._engine.connect() as connection:
            found = connection.scalar(latest) if inspect(connection).has_table(plant_events.name) else None
        return found or 0

    def behind(self, projection: str) -> int:
        """How many entries of the log are not in the tables of this projection yet."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(projections.name):
                return 0
            cursor = select(projections.c.position).where(projections.c.name == projection)
            return log.newest(connection) - (connection.scalar(cursor) or 0)

    def doubted_times(self) -> list[dict[str, Any]]:
        """Stations that claimed times of the future, with how often and when last."""
        return self.rows("doubted_times")

    def notices(self, span: Span) -> list[dict[str, Any]]:
        """Who was told of what, by when it was decided."""
        table = self.table("notices")
        return sorted(self.rows("notices", table.c.decided_at.between(*span)), key=lambda row: row["decided_at"])

    def open_notices(self) -> list[dict[str, Any]]:
        """Those of which nobody knows yet whether they were told."""
        table = self.table("notices")
        return self.rows("notices", table.c.ended_at.is_(None), table.c.decided_at.is_not(None))

    def notice_of(self, digest: str) -> dict[str, Any] | None:
        """The one whose message has the link with this token."""
        return next(iter(self.rows("notices", self.table("notices").c.digest == digest)), None)

    def shelves(self) -> list[dict[str, Any]]:
        """What is on the shelf, also when its time is up and the timer has not said so yet."""
        return self.rows("shelves", self.table("shelves").c.ended_at.is_(None))

    def calls(self, span: Span) -> list[dict[str, Any]]:
        """Those that began in the span, in order, without the fold's own notes."""
        rows = self.rows("calls", self.table("calls").c.called_at.between(*span))
        said = [{name: value for name, value in row.items() if name != steady.COLUMN} for row in rows]
        return sorted(said, key=lambda row: row["called_at"])

    def shifts(self, span: Span) -> list[dict[str, Any]]:
        """`report.shifts`, of those in which there was a log: of an earlier one nothing can be said."""
        plant, began = self.plant(), self._began()
        early = Span(span.begin - WARMUP_MS, span.end)
        stops, cycles = self.table("stops"), self.table("cycles")
        facts = report.of_plant(
            plant,
            self.calls(Span(span.begin - report.USUAL_MS - DAY_MS, span.end)),
            self.rows("stops", stops.c.stopped_at.between(*early)),
            self.rows("cycles", cycles.c.quarter.between(*span)),
            self.notices(span),
        )
        shifts = report.shifts(calendar.read(plant["calendar"]), facts, span)
        return [shift for shift in shifts if began is None or shift["end"] > began]

    def _began(self) -> int | None:
        """The moment of the log's first entries, or None while it is empty."""
        decided = select(plant_events.c.at).order_by(plant_events.c.position).limit(1)
        happened = func.coalesce(events.c.true_time, events.c.received_at)
        sent = select(happened).order_by(events.c.position).limit(1)
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(events.name):
                return None
            moments = [moment for query in (decided, sent) if (moment := connection.scalar(query)) is not None]
        return min(moments, default=None)

    def table(self, name: str) -> Table:
        """Of the sheet with that name, for what `rows` is to find."""
        return self._tables[name]

    def rows(self, name: str, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
        """Of a sheet's table, as they were written last. None while the projector has not made it yet."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(name):
                return []
            return [dict(row._mapping) for row in connection.execute(select(self._tables[name]).where(*where))]
