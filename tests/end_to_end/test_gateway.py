"""`pullcord gateway`, a process, with USB stations on real MicroPython, Mosquitto and the recorder."""

import asyncio
import signal

import pytest

from tests.end_to_end.a_desk import LINE, NOTHING_WRONG, desk, station_config
from tests.end_to_end.rough_cables import rough_cables

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]


async def test_nothing_is_lost_or_doubled_over_kills_and_pulled_cables(tmp_path):
    """The whole of it, with more boards and kills, is `make bench ONLY=gateway`."""
    found = await rough_cables(tmp_path, boards=3, kills=5)
    assert {kind: found[kind] for kind in NOTHING_WRONG} == NOTHING_WRONG
    assert found["events"] > 20 and found["unplugs"] > 0
    assert found["resets"] == {}, "a gateway that comes and goes resets no board"


async def test_the_plant_knows_at_once_who_is_there(tmp_path):
    """A gateway that is killed leaves its boards' Last Wills; one that ends, and a cable that is pulled, says it."""
    async with desk(tmp_path) as line:
        boards = [await asyncio.to_thread(line.add, name) for name in ("u-01", "u-02")]
        await line.start_gateway()
        await line.until(lambda: line.is_online("u-01") and line.is_online("u-02"), "both are online")
        await asyncio.to_thread(boards[0].unplug)
        await line.until(lambda: not line.is_online("u-01"), "the one without a cable is not")
        assert line.is_online("u-02")
        await asyncio.to_thread(boards[0].plug)
        await line.until(lambda: line.is_online("u-01"), "it is again")
        await line.end_gateway(signal.SIGKILL)
        await line.until(lambda: not line.is_online("u-01") and not line.is_online("u-02"), "the Last Wills")
        await line.start_gateway()
        await line.until(lambda: line.is_online("u-01") and line.is_online("u-02"), "both are back")
        assert await line.end_gateway(signal.SIGTERM) == 0
        await line.until(lambda: not line.is_online("u-01") and not line.is_online("u-02"), "it said so")


async def test_the_plant_reaches_a_board_by_its_cable(tmp_path):
    """Time, a command, and a config that the station takes by itself."""
    async with desk(tmp_path) as line:
        config = station_config("u-01")
        board = await asyncio.to_thread(line.add, "u-01", config)
        await line.start_gateway(board.path)
        await line.until(lambda: line.state("u-01").get("clock", {}).get("state") == "synced", "it has the time")
        done = await line.service.command(LINE + "u-01", "identify", answer_s=30)
        assert done["result"] == "done"
        line.service.provide(LINE + "u-01", config=config | {"version": 2, "hash": "abcdef012345"})
        await line.until(lambda: line.state("u-01").get("update", {}).get("result") == "stored", "it has the config")


async def test_a_second_board_of_the_same_name_is_told_and_waits(tmp_path):
    async with desk(tmp_path) as line:
        first = await asyncio.to_thread(line.add, "u-01")
        await line.start_gateway()
        await line.until(lambda: line.is_online("u-01"), "the first is online")
        second = await asyncio.to_thread(line.add, "u-01", board_name="twin")
        await line.until(lambda: line.status.get(second.path, {}).get("state") == "refused", "the second is refused")
        why = line.status[second.path]["why"]
        assert first.uid in why and second.uid in why and first.path in why
        assert line.status[first.path]["state"] == "online"
        await asyncio.to_thread(first.unplug)
        await line.until(lambda: line.status[second.path]["state"] == "online", "the second takes over")


async def test_a_board_that_is_no_station_is_told_and_left_alone(tmp_path):
    async with desk(tmp_path) as line:
        bare = await asyncio.to_thread(line.usb.add, "bare")
        broken = await asyncio.to_thread(line.add, "u-01", station_config("u-01") | {"light": {}})
        await line.start_gateway()
        await line.until(lambda: "at its prompt" in line.status.get(bare.path, {}).get("why", ""), "the bare one")
        await line.until(lambda: "safe mode" in line.status.get(broken.path, {}).get("why", ""), "the broken one")
        assert bare.boots == broken.boots == ["power_on"]
