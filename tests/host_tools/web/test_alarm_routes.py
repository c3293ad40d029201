"""Shelving over the API, and who was told."""

import time
from contextlib import asynccontextmanager

import httpx
import pytest

from pullcord.line.figures import Figures
from pullcord.line.log import PlantEvent
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from pullcord.web.app import make_app
from tests.host_tools.pull.test_escalation import PLANT, STATION
from tests.host_tools.web.fake_line import FakeLine

MINUTE = 60_000


class Line(FakeLine):
    def __init__(self, path):
        super().__init__()
        self.database = Store(path)
        self.database.open()
        self.database.declare({"hash": "x", "plant": PLANT}, 1)
        self.projector = self.database.projector(all_of_them())
        self.projector.open()

    async def append(self, decision):
        position = self.database.append(decision, decision.at)
        self.projector.catch_up()
        return position


@asynccontextmanager
async def asking(path):
    line = Line(path / "line.db")
    app = make_app(line, figures=Figures(path / "line.db"), records=object())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        client.line = line
        yield client
    line.database.close()


async def test_what_is_shelved_is_listed_until_somebody_ends_it(tmp_path):
    async with asking(tmp_path) as client:
        order = {"station": STATION, "category": "quality", "minutes": 30, "reason": "rebuild", "by": "maria"}
        assert (await client.post("/api/shelves", json=order)).status_code == 201
        assert (await client.post("/api/shelves", json=order | {"minutes": 60})).status_code == 201
        (row,) = (await client.get("/api/shelves")).json()
        assert (row["station"], row["category"], row["reason"], row["by"]) == (STATION, "quality", "rebuild", "maria")
        assert 59 * MINUTE < row["until"] - time.time() * 1000 <= 60 * MINUTE
        end = {"station": STATION, "category": "quality"}
        assert (await client.post("/api/shelves/end", json=end)).status_code == 201
        assert (await client.get("/api/shelves")).json() == []


@pytest.mark.parametrize(("change", "status"), [
    ({"minutes": 721}, 422), ({"minutes": 0}, 422), ({"reason": ""}, 422), ({"station": "acme/a/b/c"}, 404),
])  # fmt: skip
async def test_nothing_is_shelved_for_ever_without_a_reason_or_where_there_is_nothing(tmp_path, change, status):
    async with asking(tmp_path) as client:
        order = {"station": STATION, "minutes": 30, "reason": "rebuild"}
        assert (await client.post("/api/shelves", json=order | change)).status_code == status
        assert (await client.get("/api/shelves")).json() == []


async def test_notices_are_listed_without_what_is_secret(tmp_path):
    async with asking(tmp_path) as client:
        now = int(time.time() * 1000)
        decided = {"notice": "j-1/0/pager", "about": "call", "call": "j-1", "station": STATION, "category": "quality",
                   "role": "lead", "channel": "pager", "digest": "d" * 64, "expires": now + MINUTE}  # fmt: skip
        await client.line.append(PlantEvent("notice.decided", now - 5, "notifier", decided))
        await client.line.append(PlantEvent("notice.sent", now, "notifier", {"notice": "j-1/0/pager", "attempts": 2}))
        (row,) = (await client.get("/api/notices")).json()
        assert (row["result"], row["attempts"], row["channel"]) == ("sent", 2, "pager")
        assert "digest" not in row
