"""Brings rescued events into the plant's records. Each has its id, so whatever is brought twice is recorded once."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiomqtt

from pullcord.line import address, messages, reading, topics
from pullcord.line.broker_client import broker_client
from pullcord.line.reading import Arrival, Identity
from pullcord.line.store import Journal, Store
from pullcord.rescue import source
from pullcord.rescue.holes import Hole

BATCH = 500
RECEIPT_S = 60.0
BEHIND_A_HOLE_S = 15.0
NOBODY = "unknown/unknown/unknown/unknown"  # kept in quarantine


class Recorded(NamedTuple):
    """`new`: recorded now; `known`: were there already; `refused`: in quarantine, with the reasons."""

    new: int
    known: int
    refused: list[str]


class NotRecorded(Exception):
    """The broker or the recorder behind it is not to be had; the message says why."""


def in_database(store: Store, events: list[bytes], holes: list[Hole]) -> Recorded:
    """Straight into a line's database; the recorder need not run. Holes are told there: nothing will ever fill them."""
    now = time.time_ns() // 1_000_000
    new, known, refused = 0, 0, []
    through: dict[str, Journal] = {}
    for batch in _batches([_arrival(event, now) for event in events]):
        outcome = store.commit(batch)
        new += len(outcome.recorded)
        known += outcome.duplicates
        refused += [one.reason for one in outcome.refused]
        through |= outcome.through
    for name, journal in through.items():
        _report(store, name, journal.through, holes, now)
    return Recorded(new, known, refused)


async def by_broker(url: str, events: list[bytes], holes: list[Hole], deadline_s: float = RECEIPT_S) -> int:
    """As the station would have sent them; returns when the recorder's receipt covers all, or all before a hole.

    The receipt's `through`: it counts without holes, so behind one nothing is proven. NotRecorded.
    """
    at = address.read(url)
    newest = _newest(events)
    if newest is None:
        raise NotRecorded("none of these events has an id, so no recorder can answer for them")
    try:
        async with broker_client(at) as client:
            return await _sent(client, events, newest, bool(holes), deadline_s)
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


async def _sent(
    client: aiomqtt.Client, events: list[bytes], newest: Identity, has_holes: bool, deadline_s: float
) -> int:
    await client.subscribe(topics.of_station(_path(events[-1]), f"receipt/{newest.journal}"), qos=1)
    for event in events:
        await client.publish(topics.of_station(_path(event), "event"), event, qos=1)
    through = -1
    try:
        async with asyncio.timeout(min(deadline_s, BEHIND_A_HOLE_S) if has_holes else deadline_s):
            async for message in client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                receipt, _ = messages.read("receipt", payload)
                through = max(through, receipt["through"] if receipt is not None else -1)
                if through >= newest.sequence:
                    break
    except TimeoutError:
        if not has_holes or through < 0:
            raise
    return through


def _report(store: Store, journal: str, through: int, holes: list[Hole], now: int) -> None:
    """One after the other: a hole is that only once the plant has everything before it."""
    for hole in holes:
        if hole.first <= through + 1 <= hole.last:
            moved = store.report_hole(journal, hole.last, now)
            through = moved.through if moved else through


def _newest(events: list[bytes]) -> Identity | None:
    return max(filter(None, map(reading.identity_of, events)), key=lambda one: one.sequence, default=None)


def _arrival(event: bytes, now: int) -> Arrival:
    path = _path(event)
    return Arrival(topics.of_station(path, "event"), path, event, now)


def _path(event: bytes) -> str:
    return source.path(event) or NOBODY


def _batches(arrivals: list[Arrival]) -> Iterator[list[Arrival]]:
    for first in range(0, len(arrivals), BATCH):
        yield arrivals[first : first + BATCH]
