"""Reads what the projector folded: loops, queues, calls, findings, and the report of shifts.

A connection of its own that can only read.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, MetaData, inspect, select

from pullcord.line import engines, place
from pullcord.line.place import Place
from pullcord.line.sheet_tables import table_of
from pullcord.line.tables import plant_events
from pullcord.pull import calendar, declared, report, sizing
from pullcord.pull.projections import all_of_them
from pullcord.pull.signals import order
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

    def loops(self) -> list[dict[str, Any]]:
        """Each loop in force with its cards' states, and how many cards it would need as measured."""
        table = self._tables["loops"]
        return [row | self._living(row) for row in self._rows("loops", table.c.ended_at.is_(None))]

    def queues(self) -> dict[str, list[dict[str, Any]]]:
        """By supplier: signals that are released and not started, in the order in which they are to be worked."""
        table = self._tables["signals"]
        waiting = table.c.done_at.is_(None) & table.c.started_at.is_(None) & table.c.released_at.is_not(None)
        out: dict[str, list[dict[str, Any]]] = {}
        for row in sorted(self._rows("signals", waiting), key=order):
            out.setdefault(row["queue"], []).append(row)
        return out

    def doubted_times(self) -> list[dict[str, Any]]:
        """Stations that claimed times of the future, with how often and when last."""
        return self._rows("doubted_times")

    def cards(self) -> list[dict[str, Any]]:
        return self._rows("cards")

    def trips(self) -> dict[str, list[dict[str, Any]]]:
        """By loop: signals that were given and filled."""
        table = self._tables["signals"]
        out: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows("signals", table.c.given_at.is_not(None), table.c.received_at.is_not(None)):
            out.setdefault(row["loop"], []).append(row)
        return out

    def findings(self, every: bool = False, limit: int = 200) -> list[dict[str, Any]]:
        """The latest first; those that last, or `every` one."""
        table = self._tables["findings"]
        rows = self._rows("findings", *(() if every else (table.c.cleared_at.is_(None),)))
        return sorted(rows, key=lambda row: -row["position"])[:limit]

    def calls(self, span: Span) -> list[dict[str, Any]]:
        """Those that began in the span, in order."""
        table = self._tables["calls"]
        return sorted(self._rows("calls", table.c.called_at.between(*span)), key=lambda row: row["called_at"])

    def shifts(self, span: Span) -> list[dict[str, Any]]:
        """`report.shifts`."""
        plant = self.plant()
        early = Span(span.begin - WARMUP_MS, span.end)
        stops, cycles = self._tables["stops"], self._tables["cycles"]
        facts = report.Facts(
            self.calls(early),
            self._rows("stops", stops.c.stopped_at.between(*early)),
            self._rows("cycles", cycles.c.hour.between(*span)),
            {name: station["takt_ms"] for name, station in plant["stations"].items()},
        )
        return report.shifts(calendar.read(plant["calendar"]), facts, span)

    def _living(self, loop: dict[str, Any]) -> dict[str, Any]:
        cards, signals = self._tables["cards"], self._tables["signals"]
        states: dict[str, int] = {}
        for card in self._rows("cards", cards.c.loop == loop["loop"]):
            states[card["state"]] = states.get(card["state"], 0) + 1
        done = signals.c.given_at.is_not(None) & signals.c.received_at.is_not(None)
        trips = self._rows("signals", signals.c.loop == loop["loop"], done)
        lead_times = [row["received_at"] - row["given_at"] for row in trips]
        ends = [moment for row in trips for moment in (row["given_at"], row["received_at"])]
        observed = max(ends) - min(ends) if ends else 0
        sized = sizing.measured(lead_times, observed, float(loop["safety"]), loop["quantity"])
        return {"states": states, "sized": sized._asdict()}

    def _rows(self, name: str, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
        """No rows while the projector has not made the table yet."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(name):
                return []
            return [dict(row._mapping) for row in connection.execute(select(self._tables[name]).where(*where))]
