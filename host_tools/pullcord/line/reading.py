"""From the bytes of an `/event` message to an event, or to the reason why it is none."""

import json
import re
from typing import Any, NamedTuple

from pullcord.line import moments, schemas

# They stand at the front of every message that a station makes, so a damaged one often still shows them.
IDENTITY = re.compile(rb'"id"\s*:\s*"([0-9a-f]{16})-([1-9][0-9]{0,9})"')

LONGEST_PATH = 200
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Arrival(NamedTuple):
    """One message on an event topic. `path` is the station's; `received_at` is UTC milliseconds."""

    topic: str
    path: str
    payload: bytes
    received_at: int


class Identity(NamedTuple):
    journal: str
    sequence: int


class Reading(NamedTuple):
    """`event` is None when the message was refused, for `reason`; `identity` is None when not even that is
    readable.

    `sent_ms` is the event's own time, or None while its clock was unset.
    """

    arrival: Arrival
    identity: Identity | None
    event: dict[str, Any] | None
    sent_ms: int | None
    reason: str


def read(arrival: Arrival) -> Reading:
    """Never raises for what a message says: a malformed message must not stop anything."""
    if len(arrival.path) > LONGEST_PATH:
        return _refused(arrival, f"topic: its path is longer than {LONGEST_PATH} characters")._replace(identity=None)
    try:
        event = json.loads(arrival.payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return _refused(arrival, f"not JSON: {error}")
    problems = schemas.validate(event) or _unstorable(arrival.payload, event)
    if problems:
        return _refused(arrival, "; ".join(problems))
    journal, _, digits = event["id"].partition("-")
    identity = Identity(journal, int(digits))
    if identity.sequence != int(event["sequence"]):
        return _refused(arrival, f"sequence: {event['sequence']} is not that of the id {event['id']}")
    sent_ms = moments.from_text(event["time"]) if "time" in event else None
    return Reading(arrival, identity, event, sent_ms, "")


def identity_of(payload: bytes) -> Identity | None:
    """Journal and sequence as far as the raw bytes show them."""
    found = IDENTITY.search(payload)
    return Identity(found[1].decode(), int(found[2])) if found else None


def _unstorable(payload: bytes, event: Any) -> list[str]:
    """Text that JSON can carry and a database cannot: half of a surrogate pair, and for PostgreSQL the character 0."""
    if b"\\u" not in payload and b"\xed" not in payload:
        return []  # written plainly, JSON can hold neither
    try:
        text = json.dumps(event, ensure_ascii=False)
        text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        what = "half of a character (a lone surrogate)" if isinstance(error, UnicodeEncodeError) else "such depth"
        return [f"text: {what} cannot be kept"]
    return ["text: a NUL (the character 0) cannot be kept"] if NUL.search(text) else []


def _refused(arrival: Arrival, reason: str) -> Reading:
    # Reasons quote what was sent, and that may hold half a surrogate pair, which no database takes.
    printable = reason.encode("utf-8", "backslashreplace").decode()
    return Reading(arrival, identity_of(arrival.payload), None, None, printable[:2000])


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")
