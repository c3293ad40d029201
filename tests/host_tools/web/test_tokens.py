"""Beyond this computer everybody shows a token, and may what its role may."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from pullcord.line import tokens as making
from pullcord.line.figures import Figures
from pullcord.line.log_reader import LogReader
from pullcord.line.store import Store
from pullcord.line.tokens import Tokens
from pullcord.web import log_routes, stream
from pullcord.web.app import make_app
from tests.host_tools.line.events import NOW
from tests.host_tools.web.fake_line import FakeLine, FakeRecords

PATH = "acme/assembly/line-1/st-01"
COMMANDS = f"/api/stations/{PATH}/commands"
HERE = "https://plant.example"
CAUSE = {"cause": "worn_fixture"}


class Line(FakeLine):
    def __init__(self, path):
        super().__init__()
        self.database = Store(path)
        self.database.open()

    async def append(self, event):
        return self.database.append(event, event.at)

    async def declare(self, declared, by, filed=None, based_on=None):
        return self.database.declare(declared, NOW, by, filed, based_on)


@asynccontextmanager
async def plant(folder, **roles):
    """A client of a line beyond this computer; `client.tokens` has one for each name and role."""
    line = Line(folder / "line.db")
    line.station("st-01")
    log = LogReader(folder / "line.db")
    figures, tokens = Figures(folder / "line.db"), Tokens(log)
    app = make_app(line, records=FakeRecords(), figures=figures, log=log, tokens=tokens)
    given = {name: making.new() for name in roles}
    for name, role in roles.items():
        line.database.append(making.added(NOW, "root", name, role, given[name]), NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        client.line, client.app, client.tokens = line, app, given
        client.by = lambda name: {"Authorization": f"Bearer {given[name]}"}
        yield client
    line.database.close()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer pull_x"}, {"Cookie": "pullcord_token=\x01;;="}])
async def test_without_a_token_nothing_is_told(tmp_path, headers):
    async with plant(tmp_path) as client:
        for where in ("/", "/api/board", "/api/stream", "/api/openapi.json", "/api/log"):
            answer = await client.get(where, headers=headers)
            assert (answer.status_code, "token" in answer.json()["detail"]) == (401, True)
        assert (await client.get("/healthz", headers=headers)).json() == {"pages": "ok", "service": {}}


async def test_loopback_is_no_exception_where_there_are_tokens(tmp_path):
    async with plant(tmp_path) as client:
        assert (await client.get("/api/board", headers={"Host": "127.0.0.1"})).status_code == 401


async def test_a_role_may_what_those_before_it_may(tmp_path):
    async with plant(tmp_path, tv="viewer", maria="operator", boss="admin") as client:
        order = {"do": "lamp_test"}
        assert (await client.get("/api/board", headers=client.by("tv"))).status_code == 200
        refused = await client.post(COMMANDS, json=order, headers=client.by("tv"))
        assert (refused.status_code, refused.json()["detail"]) == (403, "tv is a viewer; this needs the role operator")
        assert client.line.orders == []
        assert (await client.post(COMMANDS, json=order, headers=client.by("maria"))).status_code == 200
        assert (await client.get("/api/audit", headers=client.by("maria"))).status_code == 403
        assert (await client.get("/api/audit", headers=client.by("boss"))).status_code == 200


async def test_a_revoked_token_is_refused_at_once(tmp_path):
    async with plant(tmp_path, maria="operator") as client:
        assert (await client.get("/api/board", headers=client.by("maria"))).status_code == 200
        client.line.database.append(making.revoked(NOW, "root", "maria"), NOW)
        assert (await client.get("/api/board", headers=client.by("maria"))).status_code == 401


@pytest.mark.parametrize("where", ["/api/stream", "/api/log/stream"])
async def test_a_stream_ends_when_its_token_is_taken_back(tmp_path, monkeypatch, where):
    monkeypatch.setattr(stream, "CLOCK_S", 0.02)
    async with plant(tmp_path, maria="operator") as client:
        looking = asyncio.create_task(client.get(where, headers=client.by("maria")))
        await asyncio.sleep(0.3)
        assert not looking.done()
        client.line.database.append(making.revoked(NOW, "root", "maria"), NOW)
        answer = await asyncio.wait_for(looking, 30)
        assert answer.status_code == 200 and answer.text.endswith("event: bye\ndata: {}\n\n")


async def test_nobody_fills_the_memory_without_a_token(tmp_path):
    async def pieces():
        for _ in range(5):
            yield b" " * 1000

    async with plant(tmp_path, maria="planner") as client:
        ask = {"url": "/api/session", "headers": {"Content-Type": "application/json"}}
        assert (await client.post(**ask, content=b" " * 5000)).status_code == 413
        assert (await client.post(**ask, content=pieces())).status_code == 413
        asked = {"url": "/api/plant/check", "headers": client.by("maria")}
        assert (await client.post(**asked, json={"text": "# " + "x" * 3_900_000})).status_code == 422, "it was read"
        assert (await client.post(**asked, json={"text": "x" * 17_000_000})).status_code == 413


async def test_every_change_is_in_the_audit_with_who_when_and_what(tmp_path):
    async with plant(tmp_path, maria="operator", boss="admin") as client:
        await client.post(COMMANDS, json={"do": "identify"}, headers=client.by("maria"))
        await client.post("/api/calls/x-1/cause", json=CAUSE | {"by": "jonas"}, headers=client.by("maria"))
        entries = (await client.get("/api/audit", params={"after": 2}, headers=client.by("boss"))).json()
        assert [(one["kind"], one["by"]) for one in entries] == [
            ("command.sent", "maria"),
            ("cause.entered", "jonas (maria)"),
        ]
        assert (entries[0]["data"]["do"], entries[0]["data"]["result"]) == ("identify", "done")
        assert all(one["at"] > NOW for one in entries)
        added = (await client.get("/api/audit", headers=client.by("boss"))).json()[0]
        assert added["data"] == {"name": "maria", "role": "operator"}


async def test_a_key_makes_a_request_count_once_for_each_caller(tmp_path):
    async with plant(tmp_path, maria="operator", jonas="operator") as client:
        headers = {"Idempotency-Key": "k1"}
        ask = ("/api/calls/x-1/cause",)
        first = await client.post(*ask, json=CAUSE, headers=headers | client.by("maria"))
        again = await client.post(*ask, json=CAUSE, headers=headers | client.by("maria"))
        other = await client.post(*ask, json=CAUSE, headers=headers | client.by("jonas"))
        assert [one.json()["repeated"] for one in (first, again, other)] == [False, True, False]


async def test_a_browser_signs_in_and_out(tmp_path):
    async with plant(tmp_path, tv="viewer") as client:
        sent = await client.get("/", headers={"Accept": "text/html"})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=/")
        assert (await client.get("/sign-in")).status_code == 200
        assert (await client.post("/api/session", json={"token": "x"})).status_code == 401
        answer = await client.post("/api/session", json={"token": client.tokens["tv"]})
        cookie = answer.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Secure"))
        assert (await client.get("/api/session")).json() == {"name": "tv", "role": "viewer", "needs_token": True}
        assert (await client.get("/")).status_code == 200
        await client.request("DELETE", "/api/session", headers={"Content-Type": "application/json"})
        assert (await client.get("/api/board")).status_code == 401


async def test_a_cookie_does_not_help_another_page(tmp_path):
    async with plant(tmp_path, maria="operator") as client:
        cookie = {"Cookie": f"pullcord_token={client.tokens['maria']}", "Origin": "https://evil.example"}
        assert (await client.post(COMMANDS, json={"do": "identify"}, headers=cookie)).status_code == 403
        assert client.line.orders == []


async def test_the_log_can_be_read_and_followed(tmp_path):
    async with plant(tmp_path, tv="viewer") as client:
        await client.line.append(making.revoked(NOW, "root", "nobody"))
        entries = (await client.get("/api/log", params={"after": 1}, headers=client.by("tv"))).json()
        assert [(one["position"], one["kind"]) for one in entries] == [(2, "token.revoked")]
        following = log_routes.follow(LogReader(tmp_path / "line.db"), 1)
        assert (await anext(following))[2] == "2"
        waiting = asyncio.create_task(anext(following))
        await client.line.append(making.revoked(NOW, "root", "somebody"))
        assert (await waiting)[1]["data"] == {"name": "somebody"}
        await following.aclose()
        for bad in (b"\xb2", b"-1", b"1e3", b"99999999999999999999"):
            refused = await client.get("/api/log/stream", headers=client.by("tv") | {"Last-Event-ID": bad})
            assert refused.status_code == 422


async def test_every_route_of_the_api_names_a_role_and_says_what_it_does(tmp_path):
    async with plant(tmp_path, tv="viewer") as client:
        described = (await client.get("/api/openapi.json", headers=client.by("tv"))).json()
        operations = [
            (f"{method.upper()} {path}", operation)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        ]
        assert len(operations) > 15
        for name, operation in operations:
            assert operation.get("description"), f"{name}: a docstring says what it does"
            (needed,) = operation.get("security") or [{}]
            assert needed.get("token"), f"{name}: a parameter such as `who: Operator` names the role"
            may_look = name.startswith("GET ") or name.endswith("/session")
            assert may_look or needed["token"] != ["viewer"], f"{name}: changes something, and a viewer only looks"
