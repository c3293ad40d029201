"""What stations say, live, from the broker; for people who look, so a look that is cut off goes on by itself."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

import aiomqtt

from pullcord.line import topics
from pullcord.line.accounts import Account

KEEPALIVE_S = 10
AGAIN_S = 2.0
KINDS = ("state", "online", "event")


class Said(NamedTuple):
    """`what`: event, state, online; or `cut off` and `back`, of our own connection, with the reason in `data`.

    station: site/area/line/station; empty for what is not of one.
    """

    what: str
    station: str
    data: dict[str, Any]


class Cut:
    """Whether we see anything, told when it changes."""

    def __init__(self) -> None:
        self._is_off = False

    def off(self, why: str, station: str = "") -> list[Said]:
        told = [] if self._is_off else [Said("cut off", station, {"why": why})]
        self._is_off = True
        return told

    def on(self, station: str = "") -> list[Said]:
        told = [Said("back", station, {})] if self._is_off else []
        self._is_off = False
        return told


async def from_broker(broker: Callable[[], Account], stations: list[str]) -> AsyncIterator[Said]:
    """For ever; of these stations, of all when none is named. StoreProblem: the account cannot be read."""
    cut = Cut()
    wanted = [topics.of_station(path, kind) for path in stations or ["+/+/+/+"] for kind in KINDS]
    while True:
        where = broker()
        try:
            async with _client(where) as client:
                await client.subscribe([(topic, 1) for topic in wanted])
                for said in cut.on():
                    yield said
                async for message in client.messages:
                    found, data = topics.read(str(message.topic)), _object(message.payload)
                    if found and data is not None:
                        yield Said(found.kind, found.path, data)
        except (aiomqtt.MqttError, OSError) as error:
            for said in cut.off(f"the broker at {where.shown}: {error}"):
                yield said
            await asyncio.sleep(AGAIN_S)


def _client(broker: Account) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.user,
        password=broker.password,
        tls_context=broker.tls,
        identifier=f"pullcord-monitor-{secrets.token_hex(4)}",
        keepalive=KEEPALIVE_S,
    )


def _object(payload: object) -> dict[str, Any] | None:
    try:
        value = json.loads(payload) if isinstance(payload, bytes) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
