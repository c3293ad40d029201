"""Loops, calls and measures for programs, and the decisions that they may write into the log."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from pullcord.line.figures import Figures
from pullcord.line.log import PlantEvent
from pullcord.pull.spans import Span
from pullcord.web.needs import Service

DAY_MS = 86_400_000
LONGEST_MS = 31 * DAY_MS
Moment = Annotated[int | None, Query(ge=0, description="UTC milliseconds since 1970")]


class Signal(BaseModel):
    """A pull from outside, such as a point of sale. `by` and `reference`: who pulls, and what they call it."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1, max_length=120)
    reference: str = Field("", max_length=200)


class Cause(BaseModel):
    """The true cause of a call, and who found it."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1, max_length=120)
    cause: str = Field(min_length=1, max_length=80)
    note: str = Field("", max_length=200)


def pull_routes(service: Service, figures: Figures) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["pull"])
    _reading(routes, figures)
    _deciding(routes, service, figures)
    return routes


def _reading(routes: APIRouter, figures: Figures) -> None:
    @routes.get("/loops")
    def loops() -> list[dict[str, Any]]:
        """Every loop in force: its cards by state, open signals, and the cards that it would need as measured."""
        return figures.loops()

    @routes.get("/queues")
    def queues() -> dict[str, list[dict[str, Any]]]:
        """By supplier, the signals to work, in the order in which they were given."""
        return figures.queues()

    @routes.get("/findings")
    def findings(every: bool = False) -> list[dict[str, Any]]:
        """What does not add up, the latest first; with `every` also what is over."""
        return figures.findings(every)

    @routes.get("/clocks")
    def clocks() -> list[dict[str, Any]]:
        """Stations that claimed times of the future: how often, and when first and last."""
        return figures.doubted_times()

    @routes.get("/calls")
    def calls(begin: Moment = None, end: Moment = None) -> list[dict[str, Any]]:
        """Calls of the span (the last 24 hours unless said otherwise), in order."""
        return figures.calls(_span(begin, end))

    @routes.get("/shifts")
    def shifts(begin: Moment = None, end: Moment = None) -> list[dict[str, Any]]:
        """The figures of each shift in the span: calls, stops, causes, OEE, alarm health."""
        return figures.shifts(_span(begin, end))


def _deciding(routes: APIRouter, service: Service, figures: Figures) -> None:
    @routes.post("/loops/{loop}/signals", status_code=201)
    async def give(
        loop: str, signal: Signal, idempotency_key: Annotated[str, Header(max_length=100)]
    ) -> dict[str, Any]:
        """Pull one container of a loop from outside. The same `Idempotency-Key` pulls once, sent however often."""
        if loop not in figures.plant()["loops"]:
            raise HTTPException(404, f"there is no loop {loop}; see /api/loops for those that are")
        data = {"loop": loop, "reference": signal.reference}
        return await _decide(service, "signal.given", signal.by, data, f"signal/{loop}/{idempotency_key}")

    @routes.post("/calls/{call}/cause", status_code=201)
    async def cause(call: str, cause: Cause) -> dict[str, Any]:
        """Enter the true cause of a call. The latest one counts; all stay in the log."""
        data = {"call": call, "cause": cause.cause, "note": cause.note}
        return await _decide(service, "cause.entered", cause.by, data, None)


async def _decide(service: Service, kind: str, by: str, data: dict[str, Any], key: str | None) -> dict[str, Any]:
    now = _now()
    try:
        position = await service.append(PlantEvent(kind, now, by, data, key))
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    return {"position": position, "repeated": position is None}


def _span(begin: int | None, end: int | None) -> Span:
    until = _now() if end is None else end
    since = until - DAY_MS if begin is None else begin
    if not 0 < until - since <= LONGEST_MS:
        raise HTTPException(422, f"begin {since} and end {until}: the span must be above 0 and at most 31 days")
    return Span(since, until)


def _now() -> int:
    return time.time_ns() // 1_000_000
