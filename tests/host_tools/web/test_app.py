"""The routes of the board, the quarantine and the bench."""

import pytest

from tests.host_tools.web.asking import asking
from tests.host_tools.web.fake_line import LINE

PATH = f"{LINE}/st-01"


async def test_the_board_is_the_snapshot():
    async with asking() as ask:
        board = (await ask.get("/api/board")).json()
        assert board == ask.line.board.snapshot()
        assert [view["path"] for view in board["stations"]] == [PATH]


async def test_a_command_goes_to_its_station_and_the_answer_comes_back():
    async with asking() as ask:
        ask.line.answer = lambda order: {"do": order["do"], "result": "refused", "why": "it is locked"}
        order = {"do": "resolve", "call": "ab-1", "by": "maria", "reason": "tool_worn"}
        answer = await ask.post(f"/api/stations/{PATH}/commands", json=order)
        assert answer.json() == {"do": "resolve", "result": "refused", "why": "it is locked"}
        assert ask.line.orders == [{"path": PATH, **order}]


@pytest.mark.parametrize(
    ("path", "order", "status"),
    [
        ("acme/assembly/line-1/st-99", {"do": "lamp_test"}, 404),
        (PATH, {"do": "explode"}, 422),
        (PATH, {"do": "acknowledge"}, 422),
        (PATH, {"do": "lamp_test", "by": "m" * 41}, 422),
        (PATH, {"do": "lamp_test", "sudo": True}, 422),
        (PATH, {}, 422),
    ],
)
async def test_a_command_that_makes_no_sense_is_refused(path, order, status):
    async with asking() as ask:
        answer = await ask.post(f"/api/stations/{path}/commands", json=order)
        assert answer.status_code == status
        assert ask.line.orders == []


async def test_without_virtual_stations_there_is_no_bench():
    async with asking() as ask:
        assert (await ask.get("/bench")).status_code == 404
        assert "/bench" not in (await ask.get("/")).text


async def test_a_bench_page_says_what_runs_the_station():
    async with asking("st-01") as ask:
        page = (await ask.get(f"/bench/{PATH}")).text
        assert "A virtual station on micropython 1.25.0 (32-bit)" in page
        assert (await ask.get("/bench/acme/assembly/line-1/st-99")).status_code == 404


async def test_a_person_who_mistyped_an_address_gets_a_page_and_a_program_gets_json():
    async with asking("st-01") as ask:
        for path in ("/borad", "/bench/acme/assembly/line-1/st-99"):
            answer = await ask.get(path, headers={"accept": "text/html,*/*"})
            assert answer.status_code == 404
            assert "There is no such page" in answer.text
            assert 'href="/"' in answer.text
        for path, accept in (("/borad", "*/*"), ("/api/borad", "text/html")):
            assert (await ask.get(path, headers={"accept": accept})).json() == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("action", "done"),
    [
        ({"do": "pull", "name": "cord-1"}, ("pull", PATH, "cord-1")),
        ({"do": "release", "name": "cord-1"}, ("release", PATH, "cord-1")),
        ({"do": "press", "name": "ack"}, ("press", PATH, "ack")),
        ({"do": "hold", "name": "reader-1", "uid": "04a1b2c3"}, ("hold", PATH, "reader-1", "04a1b2c3")),
        ({"do": "take_away", "name": "reader-1"}, ("take_away", PATH, "reader-1")),
        ({"do": "tap", "name": "reader-1", "uid": "04a1b2c3"}, ("tap", PATH, "reader-1", "04a1b2c3")),
        ({"do": "network", "on": False}, ("network", PATH, False)),
        ({"do": "power", "on": False}, ("power", PATH, False)),
    ],
)
async def test_what_is_done_at_the_bench_reaches_the_station(action, done):
    async with asking("st-01") as ask:
        answer = await ask.post(f"/api/bench/{PATH}", json=action)
        assert answer.status_code == 200
        assert ask.bench.done == [done]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ({"do": "pull", "name": "cord-9"}, 404),
        ({"do": "hold", "name": "reader-1", "uid": "not hex"}, 422),
        ({"do": "unscrew"}, 422),
    ],
)
async def test_what_the_bench_cannot_do_is_refused(action, status):
    async with asking("st-01") as ask:
        assert (await ask.post(f"/api/bench/{PATH}", json=action)).status_code == status
        assert ask.bench.done == []


async def test_a_cord_of_a_station_without_power_says_so():
    async with asking("st-01") as ask:
        ask.bench.picture(PATH, power=False)
        answer = await ask.post(f"/api/bench/{PATH}", json={"do": "pull", "name": "cord-1"})
        assert answer.status_code == 409
        assert "put its plug back" in answer.json()["detail"]


async def test_the_quarantine_shows_what_why_and_when_and_runs_none_of_it():
    async with asking() as ask:
        assert "None." in (await ask.get("/quarantine")).text
        row = {
            "received_at": 1_795_197_363_412,
            "topic": "pullcord/v1/acme/assembly/line-1/st-04/event",
            "reason": "data.call: <b>missing</b>",
            "payload": "<script>alert(1)</script>",
        }
        ask.records.refused = [row]
        page = (await ask.get("/quarantine")).text
        assert "2026-11-20T17:56:03.412Z" in page
        assert "&lt;b&gt;missing&lt;/b&gt;" in page
        assert "<script>alert" not in page
        assert (await ask.get("/api/quarantine")).json() == [row]


async def test_health_says_how_the_line_service_is():
    async with asking() as ask:
        health = (await ask.get("/healthz")).json()
        assert health["pages"] == "ok"
        assert health["service"]["broker"]["connected"] is True
