"""The log over HTTP: its entries in their order, a stream of those that come, and what people decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import StreamingResponse

from pullcord.line import plant_events
from pullcord.line.log_reader import LogReader
from pullcord.line.tokens import ADDED
from pullcord.pull.entry import Entry
from pullcord.web import stream
from pullcord.web.callers import Admin, Viewer

LOOK_S = 0.5
BATCH = 500
FURTHEST = 2**62

Position = Annotated[int, Query(ge=0, le=FURTHEST, description="begin behind this position")]


def log_routes(log: LogReader, closing: asyncio.Event) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["log"])

    @routes.get("/log")
    def entries(
        _who: Viewer, after: Position = 0, limit: Annotated[int, Query(ge=1, le=BATCH)] = 100
    ) -> list[dict[str, Any]]:
        """Entries of the log in the order of positions: what stations sent, and what was decided."""
        return [shown(entry) for entry in log.entries(after, limit)]

    @routes.get("/log/stream", response_class=StreamingResponse)
    async def changes(
        request: Request,
        _who: Viewer,
        after: Annotated[int | None, Query(ge=0, le=FURTHEST, description="without it: only new ones")] = None,
        last_event_id: Annotated[str | None, Header(max_length=20)] = None,
    ) -> StreamingResponse:
        """Server-sent events: an `entry` each, whose id is its position; go on with `Last-Event-ID`."""
        begin = _resumed(last_event_id) if last_event_id else after
        if begin is None:
            begin = await asyncio.to_thread(log.newest)
        ends = stream.goodbye(closing), stream.taken_back(request.state.still_may)
        return stream.respond(stream.merge(*ends, stream.clock(), follow(log, begin)))

    @routes.get("/audit")
    def audit(
        _who: Admin, after: Position = 0, limit: Annotated[int, Query(ge=1, le=BATCH)] = 100
    ) -> list[dict[str, Any]]:
        """What people decided, in order: who (`by`), when (`at`), what."""
        return [shown(entry) for entry in log.decisions(plant_events.BY_PEOPLE, after, limit)]

    return routes


async def follow(log: LogReader, position: int) -> AsyncIterator[stream.Event]:
    """Entries behind the position, as they come."""
    while True:
        entries = await asyncio.to_thread(log.entries, position, BATCH)
        for entry in entries:
            position = entry.position
            yield "entry", shown(entry), str(position)
        if len(entries) < BATCH:
            await asyncio.sleep(LOOK_S)


def shown(entry: Entry) -> dict[str, Any]:
    """Without what nobody needs to know: the digest of a token, the text of a plant file."""
    hidden = {"digest"} if entry.kind == ADDED else {"text"} if entry.kind == "plant.filed" else set()
    data = {key: value for key, value in entry.data.items() if key not in hidden}
    return entry._asdict() | {"data": data}


def _resumed(last_event_id: str) -> int:
    if not last_event_id.isascii() or not last_event_id.isdigit() or int(last_event_id) > FURTHEST:
        raise HTTPException(422, f"Last-Event-ID: {last_event_id!r} is no position of the log")
    return int(last_event_id)
