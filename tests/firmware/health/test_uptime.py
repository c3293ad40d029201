"""Milliseconds that never wrap, from ticks that do."""

from pullcord.sim import virtual_time  # isort: skip  (replaces the clock, so before the firmware)

import asyncio

from station.health.uptime import Uptime

WRAP = 2**30


async def _steps(steps: list) -> list:
    uptime = Uptime()
    seen = []
    for ms in steps:
        await asyncio.sleep_ms(ms)
        seen.append(uptime.ms())
    return seen


def test_it_begins_at_zero_and_grows_with_the_clock():
    assert virtual_time.run(_steps([0, 5, 1000]), 10000) == [0, 5, 1005]


def test_it_goes_on_when_the_ticks_wrap():
    assert virtual_time.run(_steps([100, 400, 400]), 10000, WRAP - 300) == [100, 500, 900]


def test_it_goes_on_through_many_wraps_when_asked_now_and_then():
    days = 86400000
    assert virtual_time.run(_steps([5 * days] * 8), 50 * days) == [5 * days * (i + 1) for i in range(8)]
