"""Brings rescued events into the plant's records. Each has its id, so whatever is brought twice is recorded once."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiomqtt

from pullcord.line import address, messages, reading, topics
from pullcord.line.broker_client import broker_client
from pullcord.line.reading import Arrival
from pullcord.line.store import Store

BATCH = 500
RECEIPT_S = 60.0


class Recorded(NamedTuple):
    """`new`: recorded now; `known`: were there already; `refused`: in quarantine, with the reasons."""

    new: int
    known: int
    refused: list[str]


class NotRecorded(Exception):
    """The broker or the recorder behind it is not to be had; the message says why."""


def in_database(store: Store, events: list[bytes]) -> Recorded:
    """Straight into a line's database; the recorder need not run."""
    now = time.time_ns() // 1_000_000
    new, known, refused = 0, 0, []
    for batch in _batches([_arrival(event, now) for event in events]):
        outcome = store.commit(batch)
        new += len(outcome.recorded)
        known += outcome.duplicates
        refused += [one.reason for one in outcome.refused]
    return Recorded(new, known, refused)


async def by_broker(url: str, events: list[bytes], deadline_s: float = RECEIPT_S) -> None:
    """As the station would have sent them; returns when the recorder's receipt covers all. NotRecorded."""
    at = address.read(url)
    journal, last = _identity(events[-1])
    path = _path(events[-1])
    try:
        async with broker_client(at) as client:
            await client.subscribe(topics.of_station(path, f"receipt/{journal}"), qos=1)
            for event in events:
                await client.publish(topics.of_station(_path(event), "event"), event, qos=1)
            await _receipted(client, last, deadline_s)
    except TimeoutError as error:
        why = f"the broker at {at.shown} has them, but no recorder answered within {deadline_s:g} s: does it run?"
        raise NotRecorded(why) from error
    except (aiomqtt.MqttError, OSError) as error:
        raise NotRecorded(f"the broker at {at.shown} cannot be reached, or sent us away: {error}") from error


def save(file: Path, events: list[bytes]) -> None:
    """On the disk before anything else is tried; OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(b"".join(event + b"\n" for event in events))
        out.flush()
        os.fsync(out.fileno())


def load(file: Path) -> list[bytes]:
    """What `save` wrote. OSError; ValueError says which line is none."""
    events = [line for line in file.read_bytes().split(b"\n") if line]
    for number, event in enumerate(events, 1):
        if reading.identity_of(event) is None:
            raise ValueError(f"{file}:{number}: is no event of a station")
    return events


async def _receipted(client: aiomqtt.Client, last: int, deadline_s: float) -> None:
    async with asyncio.timeout(deadline_s):
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            receipt, _ = messages.read("receipt", payload)
            if receipt is not None and receipt["through"] >= last:
                return


def _identity(event: bytes) -> tuple[str, int]:
    found = reading.identity_of(event)
    assert found is not None, "what has none was refused before"
    return found.journal, found.sequence


def _arrival(event: bytes, now: int) -> Arrival:
    path = _path(event)
    return Arrival(topics.of_station(path, "event"), path, event, now)


def _path(event: bytes) -> str:
    try:
        return str(json.loads(event)["source"]).strip("/")
    except (ValueError, KeyError, TypeError):
        return "unknown/unknown/unknown/unknown"  # kept in quarantine


def _batches(arrivals: list[Arrival]) -> Iterator[list[Arrival]]:
    for first in range(0, len(arrivals), BATCH):
        yield arrivals[first : first + BATCH]
