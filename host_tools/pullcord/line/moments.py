"""Moments: UTC milliseconds since 1970 in the code, RFC 3339 text on the wire."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_text(unix_ms: int) -> str:
    """`2026-11-20T17:56:03.412Z`."""
    moment = EPOCH + timedelta(milliseconds=unix_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def from_text(text: str) -> int:
    """UTC milliseconds since 1970; ValueError when the text is no moment, or names no time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text}: no time zone; write UTC as 2026-11-20T17:56:03.412Z")
    return (moment - EPOCH) // timedelta(milliseconds=1)
