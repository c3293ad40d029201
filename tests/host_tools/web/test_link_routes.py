"""The link of a message, as a phone and as a messenger's preview open it."""

from contextlib import asynccontextmanager

import httpx
import pytest

from pullcord.line.links import Look
from pullcord.line.tokens import Token
from pullcord.web.app import make_app
from tests.host_tools.web.fake_line import FakeLine, FakeRecords

OPEN = Look(True, "quality call at <Press> on")
TAKEN = Look(False, OPEN.what, "You have it.")


class FakeLinks:
    def __init__(self):
        self.taken = []

    async def look(self, token):
        return OPEN if token == "good" else Look(False, why="This link is not known here.")

    async def take(self, token):
        self.taken.append(token)
        return TAKEN


class Nobody:
    """Of a plant with tokens: a phone has none."""

    def holder(self, _token) -> Token | None:
        return None


@asynccontextmanager
async def phone():
    line = FakeLine()
    line.links = FakeLinks()
    app = make_app(line, None, FakeRecords(), tokens=Nobody())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://andon.plant.example") as client:
        client.links = line.links
        yield client


async def test_looking_takes_nothing():
    async with phone() as client:
        page = await client.get("/a/good")
        assert page.status_code == 200
        assert "quality call at &lt;Press&gt; on" in page.text
        assert '<form method="post"><button>I take it</button></form>' in page.text
        assert client.links.taken == []


async def test_the_button_takes_it_without_signing_in():
    async with phone() as client:
        origin = {"Origin": "https://andon.plant.example", "Sec-Fetch-Site": "same-origin"}
        page = await client.post("/a/good", data={}, headers=origin)
        assert "You have it." in page.text
        assert "<button>" not in page.text
        assert client.links.taken == ["good"]


async def test_the_address_is_told_to_nobody_and_kept_by_nobody():
    async with phone() as client:
        page = await client.get("/a/good")
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["cache-control"] == "no-store"
        assert "form-action 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_sites_page_takes_nothing(headers):
    async with phone() as client:
        assert (await client.post("/a/good", data={}, headers=headers)).status_code == 403
        assert client.links.taken == []


async def test_a_link_that_is_none_says_so():
    async with phone() as client:
        page = await client.get("/a/bad")
        assert "This link is not known here." in page.text
        assert "<button>" not in page.text


async def test_nothing_else_is_open_to_a_phone_without_a_token():
    async with phone() as client:
        assert (await client.get("/api/board")).status_code == 401
        assert (await client.post("/api/a/good", json={})).status_code == 401
