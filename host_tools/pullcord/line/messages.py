"""JSON messages, except events: from bytes when they are valid, and to bytes."""

import json
from typing import Any

from pullcord.line import schemas


def read(name: str, payload: bytes) -> tuple[dict[str, Any] | None, str]:
    """The message of this kind (one of `schemas.MESSAGES`), or None and what is wrong with it.

    An empty payload clears a retained message: it says nothing, and nothing is wrong.
    """
    if not payload:
        return None, ""
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError) as error:
        return None, f"/{name} is not JSON: {error}"
    problems = schemas.shipped().validate_message(name, message)
    return (None, f"/{name}: " + "; ".join(problems)) if problems else (message, "")


def encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()
