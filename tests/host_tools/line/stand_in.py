"""A station's end of the wire, and a line service to talk to, for tests against a real broker."""

import asyncio
import contextlib
import json
import socket
from typing import Any

import aiomqtt

from pullcord.line import address, topics
from pullcord.line.service import LineService
from tests.host_tools.line.events import PATH, encode

DEADLINE_S = 20
NO_DELAY = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class Station:
    """Publishes as the station at `path`, and sees everything on the broker in `seen` as (topic, message,
    retained).
    """

    def __init__(self, client: aiomqtt.Client, path: str) -> None:
        self._client = client
        self.path = path
        self.seen: list[tuple[str, Any, bool]] = []
        self._news = asyncio.Event()

    async def send(self, kind: str, message: Any, retain: bool = False) -> None:
        payload = message if isinstance(message, bytes) else encode(message)
        await self._client.publish(topics.of_station(self.path, kind), payload, qos=1, retain=retain)

    async def until(self, wanted) -> Any:
        """The first message seen, or still to come, for which `wanted(topic, message, retained)` is true."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                found = [seen for seen in self.seen if wanted(*seen)]
                if found:
                    return found[0][1]
                self._news.clear()
                await self._news.wait()

    async def receipt(self, through: int, epoch: int = 1) -> Any:
        wanted = {"through": through, "epoch": epoch}
        return await self.until(lambda topic, message, _retained: "/receipt/" in topic and message == wanted)

    async def command(self) -> Any:
        return await self.until(lambda topic, _message, _retained: topic.endswith("/command"))

    def receipts(self) -> list[Any]:
        return [message for topic, message, _retained in self.seen if "/receipt/" in topic]

    async def watch(self) -> None:
        async for message in self._client.messages:
            with contextlib.suppress(ValueError, RecursionError):
                self.seen.append((str(message.topic), json.loads(message.payload), message.retain))
                self._news.set()


@contextlib.asynccontextmanager
async def station(url: str, path: str = PATH):
    where = address.read(url)
    async with aiomqtt.Client(where.host, where.port, socket_options=NO_DELAY) as client:
        await client.subscribe("pullcord/v1/#", qos=1)
        made = Station(client, path)
        watching = asyncio.create_task(made.watch())
        try:
            yield made
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


@contextlib.asynccontextmanager
async def running(url: str, database, connected: bool = True, **more):
    """A line service that runs until the block ends; what broke it is raised there."""
    service = LineService(url, database, **more)
    task = asyncio.create_task(service.run())
    try:
        if connected:
            await until(lambda: task.done() or service.status["broker"]["connected"])
        yield service
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(true) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not true():
            await asyncio.sleep(0.01)
