"""The loops at an earlier moment over HTTP: as it was known then, or as it was true then."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from pullcord.line.history import History
from pullcord.web.bodies import LATEST_MS
from pullcord.web.callers import Planner

Moment = Annotated[int | None, Query(ge=0, le=LATEST_MS, description="UTC milliseconds since 1970")]
Position = Annotated[int | None, Query(ge=0, le=2**62, description="a position of the log")]


def history_routes(history: History) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["loops"])

    @routes.get("/history")
    def then(
        _who: Planner, known_at: Moment = None, position: Position = None, true_at: Moment = None
    ) -> dict[str, Any]:
        """Loops, cards, queues, stock and findings: as known at a time or position, or as it was true at a time."""
        if sum(one is not None for one in (known_at, position, true_at)) != 1:
            raise HTTPException(422, "say one of known_at, position and true_at")
        if known_at is not None:
            return history.known_then(known_at)
        return history.known_at(position) if position is not None else history.true_then(true_at or 0)

    return routes
