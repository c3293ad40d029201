"""What somebody decides over the API becomes a plant event: who, when, what. That is the audit."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import Header, HTTPException
from pydantic import BaseModel, Field

from pullcord.line.log import PlantEvent
from pullcord.web.callers import Caller
from pullcord.web.needs import Service

_KEY = Header(
    alias="Idempotency-Key", min_length=1, max_length=100, description="The same request, sent again, counts once."
)
Key = Annotated[str | None, _KEY]
NeededKey = Annotated[str, _KEY]
SignedBy = Annotated[str, Field(max_length=70, description="Who decides; the token's name unless said otherwise.")]


class Recorded(BaseModel):
    """Where it stands in the log; `repeated`, without a position: it was there already."""

    position: int | None
    repeated: bool


async def decide(
    service: Service, who: Caller, kind: str, data: dict[str, Any], by: str = "", key: str | None = None
) -> Recorded:
    """Write the event into the log. `key` makes it the same one when it comes again. 422 when it makes no sense."""
    whole = None if key is None else f"{kind}/{who.name}/{key}"
    try:
        position = await service.append(PlantEvent(kind, now_ms(), who.signed(by), data, whole))
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    return Recorded(position=position, repeated=position is None)


def now_ms() -> int:
    return time.time_ns() // 1_000_000
