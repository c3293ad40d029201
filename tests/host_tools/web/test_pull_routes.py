"""Loops, calls and measures over HTTP, from a real database that is folded as it changes."""

from contextlib import asynccontextmanager

import httpx
import pytest

from pullcord.line.figures import Figures
from pullcord.line.log_reader import LogReader
from pullcord.line.loop_figures import LoopFigures
from pullcord.line.stock_figures import StockFigures
from pullcord.line.store import Store
from pullcord.line.tables import KEY_LENGTH
from pullcord.pull.projections import all_of_them
from pullcord.web.app import make_app
from pullcord.web.callers import Caller
from pullcord.web.deciding import decide
from tests.host_tools.line.events import JOURNAL, NOW, PATH, arrival, called, event
from tests.host_tools.pull.a_plant import A, B, loop
from tests.host_tools.web.fake_line import FakeLine

HOUR = 3_600_000
PLANT = {
    "site": "acme",
    "calendar": {"time_zone": "Europe/Berlin", "shifts": {}, "closed": []},
    "stations": {PATH: {"takt_ms": 60_000}},
    "loops": {"bolt": loop((A, B), ships=False, supplier="store", quantity=20)},
}


class Line(FakeLine):
    """Its decisions go into a database, and are folded at once."""

    def __init__(self, path):
        super().__init__()
        self.database = Store(path)
        self.database.open()
        self.database.declare({"hash": "x", "plant": PLANT}, NOW - HOUR)
        self.projector = self.database.projector(all_of_them())
        self.projector.open()

    async def append(self, decision):
        position = self.database.append(decision, decision.at)
        self.projector.catch_up()
        return position

    def commit(self, *events):
        self.database.commit([arrival(one, now=NOW + HOUR) for one in events])
        self.projector.catch_up()


@pytest.fixture
def ask(tmp_path):
    @asynccontextmanager
    async def asking(log=False):
        line = Line(tmp_path / "line.db")
        reader = LogReader(tmp_path / "line.db") if log else None
        app = make_app(line, figures=Figures(tmp_path / "line.db"), records=object(), log=reader)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            client.line = line
            yield client
        line.database.close()

    return asking


def tap(sequence, role, card, at):
    data = {"reader": "r", "role": role, "card": card, "loop": "bolt", "table": 1, "certain": True}
    return event(sequence, "kanban.tapped", data, at=at)


async def test_loops_show_cards_signals_and_the_size_that_was_measured(ask):
    async with ask() as client:
        steps = [
            (role, NOW + trip * HOUR + wait)
            for trip in range(5)
            for role, wait in (("signal", 0), ("receive", HOUR // 2))
        ]
        client.line.commit(*[tap(n, role, A, at - 6 * HOUR) for n, (role, at) in enumerate(steps, 1)])
        client.line.commit(tap(11, "signal", A, NOW))
        (found,) = (await client.get("/api/loops")).json()
        assert (found["loop"], found["states"], found["open"]) == ("bolt", {"released": 1, "full": 1}, 1)
        # 5 trips of 20 pieces in 4.5 hours are 22.2 an hour; half an hour and 10 % more: 12.2 of 20
        assert (found["sized"]["cards"], found["sized"]["trips"]) == (1, 5)
        assert found["sized"]["demand_an_hour"] == pytest.approx(22.22, abs=0.01)
        queue = (await client.get("/api/queues")).json()
        assert [row["card"] for row in queue["store"]] == [A]


async def test_a_signal_from_outside_counts_once_for_each_key(ask):
    async with ask() as client:
        order = {"by": "till 7", "reference": "receipt 81"}
        first = await client.post("/api/loops/bolt/signals", json=order, headers={"Idempotency-Key": "81"})
        again = await client.post("/api/loops/bolt/signals", json=order, headers={"Idempotency-Key": "81"})
        assert (first.status_code, first.json()) == (201, {"position": 2, "repeated": False})
        assert (again.status_code, again.json()) == (201, {"position": 2, "repeated": True})
        queue = (await client.get("/api/queues")).json()
        assert [row["reference"] for row in queue["store"]] == ["receipt 81"]


@pytest.mark.parametrize("other", [{"by": "till 8", "reference": "receipt 81"}, {"by": "till 7", "reference": "82"}])
async def test_the_same_key_with_another_body_is_refused_and_pulls_nothing(ask, other):
    async with ask() as client:
        order = {"by": "till 7", "reference": "receipt 81"}
        await client.post("/api/loops/bolt/signals", json=order, headers={"Idempotency-Key": "81"})
        refused = await client.post("/api/loops/bolt/signals", json=other, headers={"Idempotency-Key": "81"})
        assert refused.status_code == 422
        assert refused.json()["detail"] == (
            "Idempotency-Key: this key stands for another signal.given already (position 2 of the log); take a new one"
        )
        assert len((await client.get("/api/queues")).json()["store"]) == 1


async def test_the_longest_key_has_room_in_every_database():
    line = FakeLine()
    for name in ("l" * 80, "m" * 80):
        data = {"loop": name, "reference": ""}
        await decide(line, Caller("till" * 10, "operator"), "signal.given", data, key=f"{name}/{'k' * 100}")
    keys = {one.key for one in line.decisions}
    assert (len(keys), max(map(len, keys)) <= KEY_LENGTH) == (2, True)


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/api/loops/nut/signals", {"Idempotency-Key": "1"}, {"by": "till"}, 404),
        ("/api/loops/bolt/signals", {}, {"by": "till"}, 422),
        ("/api/loops/bolt/signals", {"Idempotency-Key": ""}, {"by": "till"}, 422),
        ("/api/calls/x-1/cause", {}, {"by": "maria"}, 422),
    ],
)
async def test_a_decision_that_makes_no_sense_is_refused(ask, path, headers, body, status):
    async with ask() as client:
        assert (await client.post(path, json=body, headers=headers)).status_code == status
        assert client.line.database.read_log(1, 10) == []


async def test_calls_shifts_and_findings(ask):
    async with ask() as client:
        client.line.commit(called(1, at=NOW), tap(2, "signal", "04ffffffffff01", NOW + 1))
        cause = {"by": "planner", "cause": "worn_fixture"}
        assert (await client.post(f"/api/calls/{JOURNAL}-1/cause", json=cause)).status_code == 201
        span = {"begin": NOW - HOUR, "end": NOW + HOUR}
        (call,) = (await client.get("/api/calls", params=span)).json()
        assert "uptimes" not in call
        assert (call["category"], call["cause"], call["cause_by"]) == ("quality", "worn_fixture", "planner")
        (shift,) = (await client.get("/api/shifts", params=span)).json()
        assert shift["calls"]["count"] == 1
        assert shift["stations"][PATH]["produced"] == 0
        assert (await client.get("/api/findings")).json() == []
        (finding,) = (await client.get("/api/findings", params={"every": True})).json()
        assert finding["kind"] == "unknown_card"
        assert (await client.get("/api/calls", params={"begin": NOW, "end": NOW})).status_code == 422


async def test_a_database_that_nothing_was_folded_from_yet_has_no_rows(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.close()
    figures = Figures(tmp_path / "line.db")
    loops, stock = LoopFigures(figures), StockFigures(figures)
    assert (loops.loops(NOW), loops.queues(), loops.findings()) == ([], {}, [])
    assert (stock.stock(NOW), stock.orders(), stock.suppliers(NOW), stock.policies(NOW)) == ([], [], [], [])
    figures.close()
