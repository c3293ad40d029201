"""Cards that are laid on a station's readers, as they happen: from a broker, or from a line's database."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple

import aiomqtt

from pullcord.line import address, moments, topics
from pullcord.line.broker_client import broker_client
from pullcord.line.store import Store

LOOK_S = 0.3
MANY = 500
TYPES = ("kanban.tapped", "kanban.refused")


class Tap(NamedTuple):
    """`counted`: the station took it as a signal."""

    uid: str
    reader: str
    counted: bool


class NoTaps(Exception):
    """The place where taps are heard cannot be reached; the message says why."""


async def of_broker(url: str, path: str, since_ms: int) -> AsyncIterator[Tap]:
    """Of the station `path` (site/area/line/station), but none of what it sends again from before `since_ms`.

    Raises NoTaps. `url` may hold a password.
    """
    at = address.read(url)
    try:
        async with broker_client(at) as client:
            await client.subscribe(topics.of_station(path, "event"), qos=1)
            async for message in client.messages:
                tap = _of_message(bytes(message.payload), since_ms)
                if tap:
                    yield tap
    except (aiomqtt.MqttError, OSError) as error:
        raise NoTaps(f"the broker at {at.shown} cannot be reached, or sent us away: {error}") from error


async def of_database(
    store: Store, path: str, since_ms: int, pause: Callable[[float], Any] = asyncio.sleep
) -> AsyncIterator[Tap]:
    """The same from a line's log, behind what stands there now."""
    position = store.newest()
    while True:
        for entry in store.read_log(position, MANY):
            position = entry.position
            if entry.station == path and entry.kind in TYPES and entry.at >= since_ms:
                yield _tap(entry.kind, entry.data)
        await pause(LOOK_S)


def _of_message(payload: bytes, since_ms: int) -> Tap | None:
    try:
        event = json.loads(payload)
        kind = event["type"].removeprefix("pullcord.").removesuffix(".v1")
        if kind not in TYPES or ("time" in event and moments.from_text(event["time"]) < since_ms):
            return None
        return _tap(kind, event["data"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # no event; the recorder keeps it in quarantine


def _tap(kind: str, data: Mapping[str, Any]) -> Tap:
    return Tap(data["card"], data["reader"], kind == "kanban.tapped")
