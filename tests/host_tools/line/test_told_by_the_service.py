"""The whole way: a station calls, a person's phone is told, the link takes the call, the station hears of it."""

import asyncio
import contextlib

import pytest

from pullcord.line.channels import Channels
from tests.host_tools.line.a_pager import until, webhook
from tests.host_tools.line.databases import rows
from tests.host_tools.line.events import PATH, call, called, event, state
from tests.host_tools.line.stand_in import running, station
from tests.host_tools.pull.test_escalation import PLANT

LINK = "https://andon.plant.example"
ROLES = {"lead": {"people": [], "on_call": {}, "channels": ["pager"]}}
CATEGORIES = {"quality": {"stop": "never", "escalate_s": [3600], "tell": [["lead"], []]}}
DECLARED = {
    "hash": "x", "plant": PLANT | {"roles": ROLES, "stations": {PATH: {"takt_ms": None, "categories": CATEGORIES}}},
}  # fmt: skip


@pytest.fixture
def line(broker, database, monkeypatch):
    monkeypatch.setattr("pullcord.line.notifier.LOOK_S", 0.05)

    @contextlib.asynccontextmanager
    async def telling(hook):
        channels = Channels({"pager": hook.address()})
        async with running(broker, database, channels=channels, link=LINK) as service:
            await service.declare(DECLARED, "maria")
            yield service

    return telling


async def test_from_the_cord_to_the_phone_and_back(broker, database, line):
    async with webhook() as hook, line(hook) as service, station(broker) as st:
        await st.send("event", called(1, at=None))
        await st.send("state", state(calls=[call(1)], at=None), retain=True)
        await until(lambda: hook.told)
        token = hook.told[0][1].split("/a/")[1].split()[0]
        await until(lambda: service.status["notices"]["sending"] == 0)
        await until(lambda: service.status["folded"]["position"] == service.status["folded"]["newest"])
        await until(lambda: rows(database, "select * from notices"))

        async def answers():
            command = await st.command()
            assert (command["do"], command["call"], command["by"]) == ("acknowledge", call(1)["id"], "lead")
            done = {"command": command["id"], "do": "acknowledge", "result": "done", "why": ""}
            await st.send("event", event(2, "station.command", done))

        answering = asyncio.create_task(answers())
        assert (await service.links.take(token)).why == "You have it."
        await answering


async def test_a_service_that_starts_over_a_retained_state_and_a_backlog_repeats_nothing(broker, line, database):
    async with webhook() as hook, station(broker) as st:
        async with line(hook) as service:
            await st.send("state", state(calls=[call(1)], at=None), retain=True)
            await until(lambda: rows(database, "select * from plant_events where type = 'notice.sent'"))
        async with line(hook) as service:
            for sequence in range(2, 40):  # late, over, and in no state
                await st.send("event", called(sequence))
            await st.receipt(0)
            await st.send("event", called(1))
            await st.receipt(39)
            await until(lambda: service.board.station(PATH)["calls"])
            await until(lambda: service.status["folded"]["position"] == service.status["folded"]["newest"])
            assert service.status["notices"] == {"sending": 0, "failing": {}, "flooded": []}
        assert len(hook.told) == 1
