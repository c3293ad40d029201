"""What the pages read from the line service's database: refused messages, and a station's latest events.

A connection of its own that can only read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from pullcord.line import engines, place
from pullcord.line.place import Place
from pullcord.line.tables import events, quarantine

SHOWN_BYTES = 2000


class Records:
    """Reads one database. Methods block; SQLAlchemy's DBAPIError when it cannot be read."""

    def __init__(self, where: Path | str | Place) -> None:
        self._engine = engines.reader(place.read(where))

    def quarantined(self, limit: int = 200) -> list[dict[str, Any]]:
        """Latest first: `{"received_at", "topic", "reason", "payload"}`; `payload` is cut, printable text."""
        query = select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                {
                    "received_at": r.received_at,
                    "topic": r.topic,
                    "reason": r.reason,
                    "payload": _printable(r.payload),
                }
                for r in connection.execute(query)
            ]

    def events(self, path: str, limit: int = 20) -> list[dict[str, Any]]:
        """The latest first: `{"type", "at", "body"}`; `at` is true time, or when it came (UTC ms)."""
        query = (
            select(events)
            .where(events.c.source == f"/{path}")
            .order_by(events.c.position.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                {"id": r.id, "type": r.type, "at": r.true_time or r.received_at, "body": _printable(r.body)}
                for r in connection.execute(query)
            ]


def _printable(payload: bytes) -> str:
    text = payload[:SHOWN_BYTES].decode(errors="replace") + (" …" if len(payload) > SHOWN_BYTES else "")
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
