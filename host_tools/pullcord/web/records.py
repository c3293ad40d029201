"""What the pages read from the line service's database: refused messages, and a station's latest events.

A connection of its own that can only read: in WAL mode it neither waits for the recorder nor holds it up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pullcord.line.tables import events, quarantine
from sqlalchemy import create_engine, select

SHOWN_BYTES = 2000


class Records:
    """Reads one database file. Methods block, and raise SQLAlchemy's DBAPIError when the file cannot be read."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&uri=true")

    def quarantined(self, limit: int = 200) -> list[dict[str, Any]]:
        """The latest first: `{"received_at", "topic", "reason", "payload"}`; `payload` is text, cut and printable."""
        query = select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                {"received_at": r.received_at, "topic": r.topic, "reason": r.reason, "payload": _printable(r.payload)}
                for r in connection.execute(query)
            ]

    def events(self, path: str, limit: int = 20) -> list[dict[str, Any]]:
        """The latest first: `{"type", "at", "body"}`; `at` is true time, or when it came, in UTC milliseconds."""
        query = select(events).where(events.c.source == f"/{path}").order_by(events.c.position.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                {"id": r.id, "type": r.type, "at": r.true_time or r.received_at, "body": _printable(r.body)}
                for r in connection.execute(query)
            ]


def _printable(payload: bytes) -> str:
    text = payload[:SHOWN_BYTES].decode(errors="replace") + (" …" if len(payload) > SHOWN_BYTES else "")
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
