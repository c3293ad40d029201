"""`pullcord monitor`, a process, with a USB station on real MicroPython: over its cable, and over the broker."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.end_to_end.a_desk import DEADLINE_S, LINE, PULLCORD, Desk, desk, paths, station_config

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]


class Monitor:
    """`lines`: what it printed so far, as text or, with --json, as objects."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    async def until(self, condition: Callable[[Any], bool], what: str, after: int = 0) -> int:
        """The place behind the first line of which `condition` is true."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    for place, line in enumerate(self.lines[after:], after + 1):
                        if condition(line):
                            return place
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"never shown: {what}; {self.lines[-20:]}") from None


@contextlib.asynccontextmanager
async def monitor(line: Desk, *words: str) -> AsyncIterator[Monitor]:
    """Until the block ends; it must end well by Ctrl-C."""
    environment = os.environ | line.usb.environment | {"BROKER": line.broker, "PYTHONPATH": paths()}
    command = [sys.executable, "-c", PULLCORD, "--debug", "monitor", *words]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=line.folder, stdout=asyncio.subprocess.PIPE
    )
    seen = Monitor()

    async def read() -> None:
        assert process.stdout
        async for said in process.stdout:
            seen.lines.append(json.loads(said) if "--json" in words else said.decode())

    reading = asyncio.create_task(read())
    try:
        yield seen
    finally:
        assert process.returncode is None, f"it ended by itself: {seen.lines[-5:]}"
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), DEADLINE_S) == 0
        await reading


async def press(line: Desk, board: Any, button: str) -> None:
    pin = next(item["pin"] for item in station_config("u-01")["inputs"] if item["name"] == button)
    for level in (0, 1):
        await asyncio.to_thread(board.say, {"pin": pin, "level": level})
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("link", ["usb", "wifi"])
async def test_a_station_is_watched_over_its_cable_through_unplugging(tmp_path, link):
    """Also one whose way to the plant is another."""
    config = station_config("u-01") | {"link": {"kind": link, "host": "127.0.0.1", "port": 1, "keepalive_s": 15}}
    async with desk(tmp_path) as line:
        board = await asyncio.to_thread(line.add, "u-01", config)
        async with monitor(line, board.path) as seen:
            await seen.until(lambda text: "station.started" in text, "what was before")
            at = await seen.until(lambda text: "state: shows" in text and "waiting" in text, "the state")
            await press(line, board, "material")
            at = await seen.until(lambda text: "andon.called" in text and "material" in text, "the call", at)
            await asyncio.to_thread(board.unplug)
            at = await seen.until(lambda text: "CUT OFF" in text, "that it sees nothing", at)
            await press(line, board, "resolve")
            await asyncio.to_thread(board.plug)
            at = await seen.until(lambda text: "back" in text, "that it sees again", at)
            await seen.until(lambda text: "andon.resolved" in text, "what happened meanwhile", at)
        called = [text for text in seen.lines if "andon.called" in text]
        assert len(called) == 1, "an event is shown once"
        assert board.boots == ["power_on"], "watching resets no board"


async def test_stations_are_watched_over_the_broker_by_what_one_asks_for(tmp_path):
    async with desk(tmp_path) as line:
        board = await asyncio.to_thread(line.add, "u-01")
        await line.start_gateway()
        await line.until(lambda: line.is_online("u-01"), "it is online")
        async with monitor(line, LINE + "u-01", "--json", "--type", "andon", "--call", "material") as seen:
            async with monitor(line, "--station", "u-01") as everything:
                await everything.until(lambda text: "is online" in text, "who is there")
                await press(line, board, "material")
                await seen.until(lambda said: said["data"]["type"] == "pullcord.andon.called.v1", "the call")
                await press(line, board, "resolve")
                await seen.until(lambda said: said["data"]["type"] == "pullcord.andon.resolved.v1", "its end")
                await everything.until(lambda text: "andon.resolved" in text, "its end")
        assert {said["what"] for said in seen.lines} == {"event"}
        assert {said["station"] for said in seen.lines} == {LINE + "u-01"}


async def test_a_port_that_the_gateway_has_is_told(tmp_path):
    async with desk(tmp_path) as line:
        board = await asyncio.to_thread(line.add, "u-01")
        await line.start_gateway()
        await line.until(lambda: line.is_online("u-01"), "it is online")
        environment = os.environ | line.usb.environment | {"PYTHONPATH": paths()}
        process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-c", PULLCORD, "monitor", board.path],
            env=environment,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(process.communicate(), DEADLINE_S)
        assert process.returncode == 1
        assert b"has this port open" in said and b"pullcord monitor STATION" in said
        assert line.is_online("u-01")
