"""What people and the plant itself may write into the log: the kinds of plant events and their data."""

import json
from typing import Any

from pydantic import Field, ValidationError

from pullcord.line import alarm_events, pull_events, service_events
from pullcord.line.pull_events import Data, Text, Word
from station.core.schema import nearest


class EventsPlaced(Data):
    """The events of a boot without a clock got their place in time: `began` is when its uptime was 0."""

    journal: Word
    boot: int
    began: int
    error_ms: int | None


class CauseEntered(Data):
    """The true cause of a call, found later and better than the reason given at the station."""

    call: Word
    cause: Word
    note: Text = ""


class ScrapCounted(Data):
    """Items of a station that were not good."""

    station: Word
    count: int = Field(ge=0)
    reason: Text


KINDS: dict[str, type[Data]] = {
    "events.placed": EventsPlaced,
    "cause.entered": CauseEntered,
    "scrap.counted": ScrapCounted,
    **service_events.KINDS,
    **alarm_events.KINDS,
    **pull_events.KINDS,
}


FOUND = {"events.placed", "card.overdue", "loop.run_out_expected", *alarm_events.FOUND}
"""What the plant finds by itself; all other kinds are decisions of somebody, and so the audit."""
BY_PEOPLE = sorted(KINDS.keys() - FOUND)


def check(kind: str, data: Any) -> dict[str, Any]:
    """The data with its defaults. ValueError says what is wrong, where, and what would be right."""
    model = KINDS.get(kind)
    if model is None:
        close = nearest(kind, sorted(KINDS))
        raise ValueError(
            f"{kind}: no such plant event: " + (f"did you mean {close}?" if close else ", ".join(sorted(KINDS)))
        )
    try:
        checked = model.model_validate(data).model_dump()
        return must_be_text(kind, checked)
    except ValidationError as error:
        found = error.errors()[0]
        where = ".".join(str(part) for part in found["loc"])
        raise ValueError(f"{kind}: {where or 'data'}: {found['msg']}") from error


def must_be_text(what: str, value: Any) -> Any:
    """The value. ValueError when a database could not keep its text: half of a surrogate pair, or a NUL."""
    text = json.dumps(value, ensure_ascii=False)
    if not _is_text(text) or "\\u0000" in text:
        raise ValueError(f"{what}: half of a character, or a NUL, cannot be kept: plain text without it")
    return value


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
