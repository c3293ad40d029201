"""What every session has, in virtual time. Portable."""

from pullcord.sim import virtual_time  # isort: skip  (replaces the clock)

import asyncio

from station.net.life import Life


def test_one_writes_at_a_time_and_who_waits_is_next():
    life, wrote = Life(), []

    async def write(name, times):
        for _ in range(times):
            await life.turn()
            wrote.append(name)
            await asyncio.sleep_ms(900)
            life.free.set()

    async def scene():
        backlog = asyncio.create_task(write("event", 8))
        await asyncio.sleep_ms(100)
        others = [asyncio.create_task(write(name, 1)) for name in ("ping", "acknowledgement")]
        await asyncio.gather(backlog, *others)

    virtual_time.run(scene(), 60000)
    assert len(wrote) == 10 and set(wrote[1:3]) == {"ping", "acknowledgement"}, wrote


def test_who_waits_when_the_session_ends_is_told_why():
    life, told = Life(), []

    async def wait():
        try:
            await life.turn()
        except OSError as error:
            told.append(error)

    async def scene():
        await life.turn()
        waiting = [asyncio.create_task(wait()) for _ in range(2)]
        await asyncio.sleep_ms(100)
        waiting[0].cancel()
        life.fail(OSError(110))
        life.free.set()
        await asyncio.sleep_ms(100)

    virtual_time.run(scene(), 60000)
    assert [error.args for error in told] == [(110,)]
