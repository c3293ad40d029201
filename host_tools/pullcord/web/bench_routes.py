"""Routes of the bench: a page a virtual station, its one stream, and what is done to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.templating import Jinja2Templates

from pullcord.web import stream
from pullcord.web.bench import Bench, BenchAction, BenchError, BenchStation, act
from pullcord.web.callers import Operator, Viewer
from pullcord.web.needs import Service


def bench_routes(
    bench: Bench, service: Service, templates: Jinja2Templates, closing: asyncio.Event
) -> APIRouter:
    """The pages /bench and /bench/{station}, and their API below /api/bench."""
    router = APIRouter(tags=["bench"])

    def find(path: str) -> BenchStation:
        found = next((station for station in bench.stations() if station.path == path), None)
        if found is None:
            raise HTTPException(
                404, f"no virtual station {path} is on the bench; see /bench for those that are"
            )
        return found

    @router.get("/bench", response_class=HTMLResponse, include_in_schema=False)
    async def list_page(request: Request) -> HTMLResponse:
        context = {"here": "bench", "stations": bench.stations()}
        return templates.TemplateResponse(request, "bench_list.html", context)

    @router.get("/bench/{path:path}", response_class=HTMLResponse, include_in_schema=False)
    async def station_page(request: Request, path: str) -> HTMLResponse:
        context = {"here": "bench", "station": find(path), "others": bench.stations()}
        return templates.TemplateResponse(request, "bench.html", context)

    @router.get("/api/bench/{path:path}/stream", response_class=StreamingResponse)
    async def events(
        path: str, _who: Viewer, last_event_id: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        """Server-sent events: `pins` as seen from outside, the board's events of this station, a `clock`."""
        find(path)
        line = stream.changes(service.subscribe(last_event_id), path)
        return stream.respond(stream.merge(stream.goodbye(closing), stream.clock(), line, _pins(bench, path)))

    @router.post("/api/bench/{path:path}")
    async def do(path: str, action: BenchAction, _who: Operator) -> dict[str, Any]:
        """Do something to the station; 404 for what it does not have, 409 for what cannot be done now."""
        find(path)
        try:
            await act(bench, path, action)
        except KeyError as error:
            raise HTTPException(404, f"{path} has no {error.args[0]}") from error
        except BenchError as error:
            raise HTTPException(409, str(error)) from error
        return {"done": action.do}

    return router


async def _pins(bench: Bench, path: str) -> AsyncIterator[stream.Event]:
    async for picture in bench.observe(path):
        yield "pins", picture.as_dict(), ""
