"""What somebody decides over the API becomes a plant event: who, when, what. That is the audit."""

from __future__ import annotations

import hashlib
import time
from typing import Annotated, Any

from fastapi import Header, HTTPException
from pydantic import BaseModel, Field

from pullcord.line.log import KeyReused, PlantEvent
from pullcord.line.tables import KEY_LENGTH
from pullcord.web.callers import Caller
from pullcord.web.needs import Service

_KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=100,
    description="The same request, sent again, counts once; with another body it is refused.",
)
Key = Annotated[str | None, _KEY]
NeededKey = Annotated[str, _KEY]
SignedBy = Annotated[str, Field(max_length=70, description="Who decides; the token's name unless said otherwise.")]


class Recorded(BaseModel):
    """Where it stands in the log; `repeated`: it stood there already. Nothing changed: a plant file has no position."""

    position: int | None
    repeated: bool


async def decide(
    service: Service, who: Caller, kind: str, data: dict[str, Any], by: str = "", key: str | None = None
) -> Recorded:
    """Write the event into the log. 422 when it makes no sense.

    `key` makes it the same one when it comes again; with another body it is refused, as the IETF's draft
    "The Idempotency-Key HTTP Header Field" asks for.
    """
    whole = None if key is None else _bounded(f"{kind}/{who.name}/{key}")
    try:
        appended = await service.append(PlantEvent(kind, now_ms(), who.signed(by), data, whole, exact=True))
    except KeyReused as error:
        raise HTTPException(422, f"Idempotency-Key: {error}") from error
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    return Recorded(position=appended.position, repeated=appended.repeated)


def _bounded(key: str) -> str:
    """As much as its column holds; what is longer by its digest."""
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def now_ms() -> int:
    return time.time_ns() // 1_000_000
