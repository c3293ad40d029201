"""Who was told of what, and what is on the shelf."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from pullcord.line.alarm_events import LONGEST_SHELF_MS
from pullcord.line.figures import Figures
from pullcord.pull.spans import Span
from pullcord.web.callers import Operator, Viewer
from pullcord.web.deciding import Key, Recorded, SignedBy, decide, now_ms
from pullcord.web.needs import Service

MINUTE_MS = 60_000
DAY_MS = 86_400_000


class Which(BaseModel):
    """A station's calls: of one category, or of any."""

    model_config = ConfigDict(extra="forbid")

    station: str = Field(min_length=1, max_length=200, description="its whole path, as on /api/board")
    category: str = Field("", max_length=64)
    by: SignedBy = ""


class Shelving(Which):
    """`minutes`: shelving always ends, after twelve hours at the latest."""

    minutes: int = Field(ge=1, le=LONGEST_SHELF_MS // MINUTE_MS)
    reason: str = Field(min_length=1, max_length=80)


def alarm_routes(service: Service, figures: Figures) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["alarms"])

    @routes.get("/notices")
    def notices(_who: Viewer, hours: Annotated[int, Query(ge=1, le=744)] = 24) -> list[dict[str, Any]]:
        """Who was told of what: `result` is sent, failed or dropped; null while it is under way."""
        now = now_ms()
        found = figures.notices(Span(now - hours * 3_600_000, now))
        return [{key: value for key, value in row.items() if key != "digest"} for row in found]

    @routes.get("/shelves")
    def shelves(_who: Viewer) -> list[dict[str, Any]]:
        """Calls of which nobody is told now, until when, by whom and why."""
        now = now_ms()
        return [row for row in figures.shelves() if row["until"] > now]

    @routes.post("/shelves", status_code=201)
    async def shelve(order: Shelving, who: Operator, key: Key = None) -> Recorded:
        """Tell nobody of these calls for a while. Lamps and the board go on. Again: it ends later, or sooner."""
        if order.station not in (await run_in_threadpool(figures.plant))["stations"]:
            raise HTTPException(404, f"there is no station {order.station}; see /api/board for those that are")
        data = {"station": order.station, "category": order.category, "reason": order.reason}
        until = now_ms() + order.minutes * MINUTE_MS
        return await decide(service, who, "alarm.shelved", data | {"until": until}, order.by, key)

    @routes.post("/shelves/end", status_code=201)
    async def unshelve(order: Which, who: Operator, key: Key = None) -> Recorded:
        """Tell people again."""
        data = {"station": order.station, "category": order.category}
        return await decide(service, who, "alarm.unshelved", data, order.by, key)

    return routes
