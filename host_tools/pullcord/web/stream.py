"""Server-sent events: their form on the wire, and several sources of them in one stream.

A browser opens at most six connections to one host, so each page has exactly one stream.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse

CLOCK_S = 2.0
"""Seconds between two `clock` events: a page that misses two of them says that its picture is old."""

Event = tuple[str, Mapping[str, Any], str]
"""Name, data, and the id to resume after ("": this event does not move it)."""


def encode(name: str, data: Mapping[str, Any], last_id: str = "") -> str:
    """One event as the bytes of https://html.spec.whatwg.org/multipage/server-sent-events.html.

    JSON without indentation holds no line break, so one `data:` line is always enough.
    """
    head = f"id: {last_id}\n" if last_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, separators=(',', ':'), ensure_ascii=False)}\n\n"


def unix_ms() -> int:
    """Wall time in UTC milliseconds."""
    return time.time_ns() // 1_000_000


async def clock(every_s: float = CLOCK_S) -> AsyncIterator[Event]:
    """`clock` events for ever: server time, for the lamps and for the age of the picture."""
    while True:
        yield "clock", {"now": unix_ms()}, ""
        await asyncio.sleep(every_s)


async def changes(messages: AsyncIterator[dict[str, Any]], station: str = "") -> AsyncIterator[Event]:
    """The messages of `LineService.subscribe` as events, of one station only when it is named.

    Its beats are left out: they come only when all is quiet, and the clock comes always.
    """
    async with aclosing(messages) as open_messages:  # type: ignore[type-var]
        async for message in open_messages:
            event, data = message["event"], message["data"]
            if event == "beat" or (station and event == "station" and data["path"] != station):
                continue
            if station and event == "snapshot":
                data = {**data, "stations": [view for view in data["stations"] if view["path"] == station]}
            yield event, data, message["id"]


async def goodbye(closing: asyncio.Event) -> AsyncIterator[Event]:
    """One `bye` when the server is told to stop; being the first source to end, it ends the stream."""
    await closing.wait()
    yield "bye", {}, ""


async def taken_back(still_may: Callable[[], Awaitable[bool]]) -> AsyncIterator[Event]:
    """One `bye` when the caller may not look any more (`request.state.still_may`); it ends the stream."""
    async for _beat in clock(CLOCK_S):
        if not await still_may():
            yield "bye", {}, ""
            return


async def merge(*sources: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """Events of all sources as they come; ends when the first source ends, and raises what it raises."""
    queue: asyncio.Queue[Event | None] = asyncio.Queue(maxsize=64)

    async def pump(source: AsyncIterator[Event]) -> None:
        try:
            async with aclosing(source) as events:  # type: ignore[type-var]
                async for event in events:
                    await queue.put(event)
        finally:
            if not asyncio.current_task().cancelling():  # type: ignore[union-attr]
                await queue.put(None)

    pumps = [asyncio.create_task(pump(source)) for source in sources]
    try:
        while (event := await queue.get()) is not None:
            yield event
        for task in pumps:
            if task.done():
                task.result()
    finally:
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


def respond(events: AsyncIterator[Event]) -> StreamingResponse:
    """The stream as an answer that no proxy or browser keeps or holds back."""

    async def body() -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async with aclosing(events) as open_events:  # type: ignore[type-var]
            async for name, data, last_id in open_events:
                yield encode(name, data, last_id)

    return StreamingResponse(
        body(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
