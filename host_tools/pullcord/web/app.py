"""The pages of the line: the wall board, the quarantine and, with virtual stations, the bench.

app = make_app(service)                 # a running LineService
await make_server(app, 8080).serve()    # pullcord.web.server
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from sqlalchemy.exc import DBAPIError

from pullcord.line import moments
from pullcord.line.figures import Figures
from pullcord.line.history import History
from pullcord.line.log_reader import LogReader
from pullcord.line.loop_figures import LoopFigures
from pullcord.line.stock_figures import StockFigures
from pullcord.line.tokens import Tokens
from pullcord.pull.calls import UNSPECIFIED
from pullcord.web.alarm_routes import alarm_routes
from pullcord.web.bench import Bench
from pullcord.web.bench_routes import bench_routes
from pullcord.web.guard import Guard
from pullcord.web.history_routes import history_routes
from pullcord.web.line_routes import line_routes
from pullcord.web.link_routes import link_routes
from pullcord.web.log_routes import log_routes
from pullcord.web.loop_routes import loop_routes
from pullcord.web.needs import Reader, Service
from pullcord.web.plant_routes import plant_routes
from pullcord.web.pull_routes import pull_routes
from pullcord.web.records import Records
from pullcord.web.session_routes import session_routes
from pullcord.web.stock_routes import stock_routes

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


def make_app(
    service: Service,
    bench: Bench | None = None,
    records: Reader | None = None,
    figures: Figures | None = None,
    log: LogReader | None = None,
    tokens: Tokens | None = None,
) -> FastAPI:
    """The web application; the caller runs `service`.

    `records`, `figures` and `log` are read from the service's own database unless one of them is given. Without
    `tokens` only this computer may ask, and all that it likes; with them everybody must show one.
    """
    if figures is None and records is None and log is None:
        figures, log = Figures(service.store.place), LogReader(service.store.place)
    records = records or Records(service.store.place)
    app = FastAPI(title="Pullcord", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.closing = asyncio.Event()
    app.state.needs_tokens = tokens is not None
    app.add_middleware(Guard, holder=tokens.holder if tokens else None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    templates = Jinja2Templates(HERE / "templates")
    templates.env.globals["bench"] = bench is not None
    templates.env.filters["moment"] = moments.to_text
    _pages(app, templates, records, service)
    routers = [line_routes(service, records, app.state.closing), session_routes(templates, tokens)]
    if figures is not None:
        routers.append(pull_routes(service, figures))
        routers.append(loop_routes(service, LoopFigures(figures)))
        routers.append(stock_routes(service, StockFigures(figures)))
        routers.append(alarm_routes(service, figures))
    if service.links is not None:
        routers.append(link_routes(service.links, templates))
    if log is not None:
        routers += [log_routes(log, app.state.closing), plant_routes(service, log), history_routes(History(log))]
    for router in routers:
        app.include_router(router)
    if bench is not None:
        app.include_router(bench_routes(bench, service, templates, app.state.closing))

    _faults(app, templates)
    return app


def _faults(app: FastAPI, templates: Jinja2Templates) -> None:
    """Whatever is wrong is answered in words: a page for a person, JSON for a program."""

    @app.exception_handler(404)
    async def nothing(request: Request, error: HTTPException) -> Response:
        if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith("/api/"):
            return await http_exception_handler(request, error)
        context = {"here": "", "why": "" if error.detail == "Not Found" else error.detail}
        return templates.TemplateResponse(request, "nothing.html", context, 404)

    @app.exception_handler(DBAPIError)
    def unreadable(_request: Request, error: DBAPIError) -> JSONResponse:
        return JSONResponse({"detail": f"the line service's database cannot be read: {error.orig}"}, 503)

    @app.exception_handler(RequestValidationError)
    def senseless(_request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": "; ".join(map(_words, error.errors()))}, 422)


def _words(problem: Any) -> str:
    """`body.count: -1: Input should be greater than or equal to 0`."""
    where = ".".join(str(part) for part in problem["loc"])
    given = "" if problem["type"] == "missing" else f" {str(problem.get('input'))[:40]!r}:"
    return f"{where}:{given} {problem['msg']}".encode("utf-8", "backslashreplace").decode()


def _pages(app: FastAPI, templates: Jinja2Templates, records: Reader, service: Service) -> None:
    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def board_page(request: Request) -> HTMLResponse:
        context = {"here": "board", "reasons": _reasons(service)}
        return templates.TemplateResponse(request, "board.html", context)

    @app.get("/quarantine", response_class=HTMLResponse, include_in_schema=False)
    def quarantine_page(request: Request) -> HTMLResponse:
        rows = records.quarantined()
        return templates.TemplateResponse(request, "quarantine.html", {"here": "quarantine", "rows": rows})


def _reasons(service: Service) -> list[str]:
    """What a call can be resolved with: the plant's own words, as far as it has any."""
    in_force = service.in_force.current
    said = list(in_force.version.plant.reasons) if in_force else []
    return [*said, UNSPECIFIED] if said else list(REASONS)
