"""A recorder that only inserts: the way of an event without our rules, for comparison."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from pullcord.line import moments
from pullcord.line.reading import Arrival
from pullcord.line.recorder import Handlers
from pullcord.line.store import Journal, Outcome, Store
from pullcord.line.tables import events


class BareStore(Store):
    """Each batch is one durable transaction with rows that were made before; `through` counts them."""

    def prepare(self, payloads: Iterable[bytes]) -> None:
        self._rows = {payload: _row(payload) for payload in payloads}
        self._through: dict[str, int] = {}
        self._position = 0

    def commit(self, arrivals: list[Arrival]) -> Outcome:
        rows = []
        for arrival in arrivals:
            self._position += 1
            rows.append(self._rows[arrival.payload] | {"position": self._position})
        with self._engine.begin() as connection:
            connection.execute(insert(events), rows)
        moved = {}
        for arrival, row in zip(arrivals, rows, strict=True):
            self._through[row["journal"]] = max(self._through.get(row["journal"], 0), row["sequence"])
            moved[row["journal"]] = Journal(arrival.path, self._through[row["journal"]])
        return Outcome([], 0, [], moved)


def nothing(*_said: Any) -> None:
    """Nobody listens."""


SILENT = Handlers(*([nothing] * 7))


def _row(payload: bytes) -> dict[str, Any]:
    event = json.loads(payload)
    moment = moments.from_text(event["time"])
    return {name: event[name] for name in ("id", "source", "type", "time", "clock", "boot", "uptime")} | {
        "journal": event["id"][:16], "sequence": int(event["sequence"]), "received_at": moment, "true_time": moment,
        "error_ms": 1_000, "placed": "sent", "test": False, "body": payload,
    }  # fmt: skip
