"""The line as it is now: the board, its stream, commands to stations, what could not be understood."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError

from pullcord.line.log import PlantEvent
from pullcord.web import stream
from pullcord.web.callers import Caller, Operator, Viewer
from pullcord.web.deciding import now_ms
from pullcord.web.guard import NOBODY
from pullcord.web.needs import ANSWER_S, Reader, Service

AUDIT_S = 3.0

log = logging.getLogger(__name__)


class Order(BaseModel):
    """A command from a page, before it gets its id and its deadline (docs/protocol.md, Commands)."""

    model_config = ConfigDict(extra="forbid")

    do: Literal[
        "acknowledge", "arrive", "resolve", "cancel", "restart", "mute", "lamp_test", "identify",
        "bypass", "check", "end_service",
    ]  # fmt: skip
    call: str | None = Field(None, max_length=64)
    by: str = Field("", max_length=40, description="who does it; the token's name unless said otherwise")
    reason: str = Field("", max_length=64)


def line_routes(service: Service, records: Reader, closing: asyncio.Event) -> APIRouter:
    routes = APIRouter(tags=["line"])
    _reading(routes, service, records, closing)

    @routes.post("/api/stations/{path:path}/commands")
    async def command(path: str, order: Order, who: Operator) -> dict[str, Any]:
        """Send a command and wait for the station's answer: `result` and `why`, `no answer` after 5 s."""
        if service.board.station(path) is None:
            raise HTTPException(404, f"there is no station {path}; see /api/board for those that are")
        by = order.by or who.name
        try:
            answer = await service.command(path, order.do, order.call, by, order.reason, ANSWER_S)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        await _audit(service, who, path, order, answer["result"])
        return answer

    return routes


def _reading(routes: APIRouter, service: Service, records: Reader, closing: asyncio.Event) -> None:
    @routes.get("/api/board")
    async def board(_who: Viewer) -> dict[str, Any]:
        """All stations now: the snapshot that a stream begins with."""
        return service.board.snapshot()

    @routes.get("/api/stream", response_class=StreamingResponse)
    async def events(
        request: Request, _who: Viewer, last_event_id: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        """Server-sent events: a `snapshot`, then `station` and `plant` on change, a `clock` every 2 s."""
        return stream.respond(
            stream.merge(
                stream.goodbye(closing),
                stream.taken_back(request.state.still_may),
                stream.clock(),
                stream.changes(service.subscribe(last_event_id)),
            )
        )

    @routes.get("/api/stations/{path:path}/events")
    def station_events(path: str, _who: Viewer) -> list[dict[str, Any]]:
        """The station's latest recorded events, the latest first."""
        return records.events(path)

    @routes.get("/api/quarantine")
    def quarantine(_who: Viewer) -> list[dict[str, Any]]:
        """Messages that could not be understood, the latest first: when, where from, what and why."""
        return records.quarantined()

    @routes.get("/healthz")
    async def healthz(who: Viewer) -> dict[str, Any]:
        """200 as long as the pages are served; `service` says how the line service is, to those with a token."""
        return {"pages": "ok", "service": {} if who is NOBODY else service.status}


async def _audit(service: Service, who: Caller, path: str, order: Order, result: str) -> None:
    """The station has done it by now: a database in trouble is no reason to say otherwise."""
    data = {"station": path, "do": order.do, "call": order.call or "", "reason": order.reason, "result": result}
    try:
        async with asyncio.timeout(AUDIT_S):
            await service.append(PlantEvent("command.sent", now_ms(), who.signed(order.by), data))
    except (DBAPIError, TimeoutError, ValueError) as error:
        log.warning("the command %s to %s could not be recorded: %s", order.do, path, error)
