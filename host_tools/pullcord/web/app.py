"""The pages of the line: the wall board, the quarantine and, with virtual stations, the bench.

app = make_app(service)                 # a running LineService
await make_server(app, 8080).serve()    # pullcord.web.server
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError

from pullcord.line import moments
from pullcord.line.figures import Figures
from pullcord.web import stream
from pullcord.web.bench import Bench
from pullcord.web.bench_routes import bench_routes
from pullcord.web.guard import Guard
from pullcord.web.needs import ANSWER_S, Reader, Service
from pullcord.web.pull_routes import pull_routes
from pullcord.web.records import Records

HERE = Path(__file__).parent
REASONS = (
    "part_defect",
    "tool_worn",
    "material_missing",
    "machine_fault",
    "method_unclear",
    "other",
    "unspecified",
)


class Order(BaseModel):
    """A command from a page, before it gets its id and its deadline (docs/protocol.md, Commands)."""

    model_config = ConfigDict(extra="forbid")

    do: Literal[
        "acknowledge", "arrive", "resolve", "cancel", "restart", "mute", "lamp_test", "identify",
        "bypass", "check", "end_service",
    ]  # fmt: skip
    call: str | None = Field(None, max_length=64)
    by: str = Field("", max_length=40)
    reason: str = Field("", max_length=64)


def make_app(
    service: Service,
    bench: Bench | None = None,
    records: Reader | None = None,
    reasons: Sequence[str] = REASONS,
    figures: Figures | None = None,
) -> FastAPI:
    """The web application; the caller runs `service`.

    `records` and `figures` are read from the service's own database unless one of them is given; `reasons` are the
    codes to resolve with.
    """
    if figures is None and records is None:
        figures = Figures(service.store.place)
    records = records or Records(service.store.place)
    app = FastAPI(title="Pullcord", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.closing = asyncio.Event()
    app.add_middleware(Guard)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    templates = Jinja2Templates(HERE / "templates")
    templates.env.globals["bench"] = bench is not None
    templates.env.filters["moment"] = moments.to_text
    _pages(app, templates, records, reasons)
    _api(app, service, records)
    if figures is not None:
        app.include_router(pull_routes(service, figures))
    if bench is not None:
        app.include_router(bench_routes(bench, service, templates, app.state.closing))

    @app.exception_handler(DBAPIError)
    def unreadable(_request: Request, error: DBAPIError) -> JSONResponse:
        return JSONResponse({"detail": f"the line service's database cannot be read: {error.orig}"}, 503)

    return app


def _pages(app: FastAPI, templates: Jinja2Templates, records: Reader, reasons: Sequence[str]) -> None:
    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def board_page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "board.html", {"here": "board", "reasons": list(reasons)})

    @app.get("/quarantine", response_class=HTMLResponse, include_in_schema=False)
    def quarantine_page(request: Request) -> HTMLResponse:
        rows = records.quarantined()
        return templates.TemplateResponse(request, "quarantine.html", {"here": "quarantine", "rows": rows})


def _api(app: FastAPI, service: Service, records: Reader) -> None:
    @app.get("/api/board")
    async def board() -> dict[str, Any]:
        """All stations now: the snapshot that a stream begins with."""
        return service.board.snapshot()

    @app.get("/api/stream", response_class=StreamingResponse)
    async def events(last_event_id: Annotated[str | None, Header()] = None) -> StreamingResponse:
        """Server-sent events: a `snapshot`, then `station` and `plant` on change, a `clock` every 2 s."""
        return stream.respond(
            stream.merge(
                stream.goodbye(app.state.closing),
                stream.clock(),
                stream.changes(service.subscribe(last_event_id)),
            )
        )

    @app.post("/api/stations/{path:path}/commands")
    async def command(path: str, order: Order) -> dict[str, Any]:
        """Send a command and wait for the station's answer: `result` and `why`, `no answer` after 5 s."""
        if service.board.station(path) is None:
            raise HTTPException(404, f"there is no station {path}; see /api/board for those that are")
        try:
            return await service.command(path, order.do, order.call, order.by, order.reason, ANSWER_S)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    @app.get("/api/stations/{path:path}/events")
    def station_events(path: str) -> list[dict[str, Any]]:
        """The station's latest recorded events, the latest first."""
        return records.events(path)

    @app.get("/api/quarantine")
    def quarantine() -> list[dict[str, Any]]:
        """Messages that could not be understood, the latest first: when, where from, what and why."""
        return records.quarantined()

    @app.get("/healthz")
    async def healthz() -> dict[str, Any]:
        """200 as long as the pages are served; `service` says how the line service is."""
        return {"pages": "ok", "service": service.status}
