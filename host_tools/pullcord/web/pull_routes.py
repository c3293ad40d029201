"""Calls and measures for programs, and the decisions that they may write into the log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from pullcord.line.figures import Figures
from pullcord.pull.spans import Span
from pullcord.web.bodies import LATEST_MS
from pullcord.web.callers import Operator, Viewer
from pullcord.web.deciding import Key, Recorded, SignedBy, decide, now_ms
from pullcord.web.needs import Service

DAY_MS = 86_400_000
LONGEST_MS = 31 * DAY_MS
Moment = Annotated[int | None, Query(ge=0, le=LATEST_MS, description="UTC milliseconds since 1970")]


class Cause(BaseModel):
    """The true cause of a call, and who found it."""

    model_config = ConfigDict(extra="forbid")

    by: SignedBy = ""
    cause: str = Field(min_length=1, max_length=80)
    note: str = Field("", max_length=200)


def pull_routes(service: Service, figures: Figures) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["pull"])
    _reading(routes, figures)
    _deciding(routes, service)
    return routes


def _reading(routes: APIRouter, figures: Figures) -> None:
    @routes.get("/clocks")
    def clocks(_who: Viewer) -> list[dict[str, Any]]:
        """Stations that claimed times of the future: how often, and when first and last."""
        return figures.doubted_times()

    @routes.get("/calls")
    def calls(_who: Viewer, begin: Moment = None, end: Moment = None) -> list[dict[str, Any]]:
        """Calls of the span (the last 24 hours unless said otherwise), in order."""
        return figures.calls(_span(begin, end))

    @routes.get("/shifts")
    def shifts(_who: Viewer, begin: Moment = None, end: Moment = None) -> list[dict[str, Any]]:
        """The figures of each shift in the span: calls, stops, causes, OEE, alarm health."""
        return figures.shifts(_span(begin, end))


def _deciding(routes: APIRouter, service: Service) -> None:
    @routes.post("/calls/{call}/cause", status_code=201)
    async def cause(call: str, cause: Cause, who: Operator, key: Key = None) -> Recorded:
        """Enter the true cause of a call. The latest one counts; all stay in the log."""
        data = {"call": call, "cause": cause.cause, "note": cause.note}
        return await decide(service, who, "cause.entered", data, cause.by, key)


def _span(begin: int | None, end: int | None) -> Span:
    until = now_ms() if end is None else end
    since = until - DAY_MS if begin is None else begin
    if not 0 < until - since <= LONGEST_MS:
        raise HTTPException(422, f"begin {since} and end {until}: the span must be above 0 and at most 31 days")
    return Span(since, until)

