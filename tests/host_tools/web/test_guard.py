"""Until there is a sign-in, only this machine and only our own pages may talk to the service."""

import pytest

from pullcord.web.guard import HEADERS, is_loopback
from tests.host_tools.web.asking import asking

ORDER = {"do": "lamp_test"}
COMMANDS = "/api/stations/acme/assembly/line-1/st-01/commands"


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "127.8.8.8", "[::1]:8080"])
def test_these_hosts_are_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        None,
        "plant.example",
        "localhost.evil.example",
        "192.168.10.5",
        "127.0.0.1.evil.example",
        "[::1",
        "0.0.0.0",
    ],
)
def test_these_are_not(host):
    assert not is_loopback(host)


@pytest.mark.parametrize("where", ["/", "/api/board", "/api/stream", "/healthz", "/static/board.js"])
async def test_a_name_that_was_bent_to_this_machine_reads_nothing(where):
    async with asking() as ask:
        answer = await ask.get(where, headers={"Host": "rebound.example"})
    assert answer.status_code == 421
    assert "localhost only" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_no_other_page_may_send_a_command(headers, status):
    async with asking() as ask:
        answer = await ask.post(COMMANDS, json=ORDER, headers=headers)
        assert answer.status_code == status
        assert ask.line.orders == []


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}]
)
async def test_our_own_page_may(headers):
    async with asking() as ask:
        answer = await ask.post(COMMANDS, json=ORDER, headers=headers)
        assert answer.json()["result"] == "done"


@pytest.mark.parametrize("where", ["/", "/static/board.js", "/nowhere", "/api/board"])
async def test_every_answer_carries_the_security_headers(where):
    async with asking() as ask:
        answer = await ask.get(where)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_pages_have_no_script_or_style_of_their_own():
    async with asking("st-01") as ask:
        for where in ("/", "/bench", "/bench/acme/assembly/line-1/st-01", "/quarantine"):
            page = (await ask.get(where)).text
            assert "<style" not in page
            assert " style=" not in page
            assert " onclick" not in page
            assert page.count("<script") == page.count('<script type="module" src="/static/')
            assert "http://" not in page.replace("http://www.w3.org", "")
            assert "https://" not in page
