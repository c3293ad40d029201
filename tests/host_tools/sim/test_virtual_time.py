"""Virtual time. Runs on MicroPython too."""

import asyncio
import time

import machine
from world import BoardReset, World

from pullcord.sim import virtual_time


def raised(kind, coroutine, until_ms, **settings):
    try:
        virtual_time.run(coroutine, until_ms, **settings)
    except kind as error:
        return error
    raise AssertionError(f"{kind} was not raised")


def a_world(**settings):
    machine.world = World(**settings)
    return machine.world


async def nap(ms):
    await asyncio.sleep_ms(ms)


def test_nobody_waits():
    async def main():
        before = time.ticks_ms()
        await asyncio.sleep_ms(3600000)
        return time.ticks_diff(time.ticks_ms(), before)

    assert virtual_time.run(main(), 2 * 3600000) == 3600000


def test_tasks_wake_in_the_order_of_their_times():
    order = []

    async def sleeper(ms):
        await asyncio.sleep_ms(ms)
        order.append((ms, time.ticks_ms()))

    async def main():
        await asyncio.gather(sleeper(30), sleeper(10), sleeper(20))

    virtual_time.run(main(), 1000)
    assert order == [(10, 10), (20, 20), (30, 30)]


def test_at_the_end_time_the_run_stops_and_what_is_pending_is_cancelled():
    seen = []

    async def main():
        try:
            await asyncio.sleep_ms(5000)
        finally:
            seen.append(time.ticks_ms())

    assert virtual_time.run(main(), 1000) is None
    assert seen == [1000]


def test_ticks_wrap_as_on_a_board():
    async def main():
        before = time.ticks_ms()
        await asyncio.sleep_ms(250)
        return before, time.ticks_ms(), time.ticks_diff(time.ticks_ms(), before)

    assert virtual_time.run(main(), 1000, start_ticks=2**30 - 100) == (2**30 - 100, 150, 250)


def test_asyncio_does_not_notice_the_wrap():
    async def main():
        ticks = []
        for _ in range(4):
            await asyncio.wait_for_ms(nap(50), 1000)
            ticks.append(time.ticks_ms())
        return ticks

    assert virtual_time.run(main(), 1000, start_ticks=2**30 - 100) == [2**30 - 50, 0, 50, 100]


def test_a_deadline_passes_in_virtual_time():
    async def main():
        try:
            await asyncio.wait_for_ms(nap(10000), 200)
        except asyncio.TimeoutError:  # noqa: UP041 (MicroPython has no other)
            return time.ticks_ms()

    assert virtual_time.run(main(), 60000) == 200


def test_a_blocking_sleep_holds_everything_up():
    async def main():
        async def other():
            await asyncio.sleep_ms(10)
            return time.ticks_ms()

        task = asyncio.create_task(other())
        await asyncio.sleep_ms(0)
        time.sleep_ms(45)
        return await task

    assert virtual_time.run(main(), 1000) == 45


def test_an_interrupt_wakes_the_task_that_waits_for_its_flag():
    world = a_world()

    async def main():
        flag = asyncio.ThreadSafeFlag()
        machine.Pin(2, machine.Pin.IN, machine.Pin.PULL_UP).irq(lambda pin: flag.set())
        asyncio.create_task(virtual_time.press(world, 2, 100))
        await flag.wait()
        felt = time.ticks_ms()
        await asyncio.sleep_ms(50)
        return felt, world.levels[2]

    assert virtual_time.run(main(), 1000, world=world) == (0, 0)


def test_the_watchdog_bites_to_the_millisecond():
    world = a_world()

    async def main():
        watchdog = machine.WDT(timeout=2000)
        await asyncio.sleep_ms(1500)
        watchdog.feed()
        await asyncio.sleep_ms(60000)

    bite = raised(virtual_time.WatchdogBite, main(), 3600000, world=world)
    assert "at 3500 ms" in str(bite)


def test_the_watchdog_bites_in_a_blocking_sleep_too():
    world = a_world()

    async def main():
        machine.WDT(timeout=100)
        time.sleep_ms(101)

    raised(virtual_time.WatchdogBite, main(), 1000, world=world)


def test_a_fed_watchdog_does_not_bite():
    world = a_world()

    async def main():
        watchdog = machine.WDT(timeout=1000)
        for _ in range(100):
            await asyncio.sleep_ms(999)
            watchdog.feed()
        return "alive"

    assert virtual_time.run(main(), 3600000, world=world) == "alive"


def test_a_reset_ends_the_run():
    world = a_world()

    async def main():
        await asyncio.sleep_ms(10)
        machine.reset()

    assert raised(BoardReset, main(), 1000, world=world).kind == "hard"


def test_a_run_in_which_nothing_can_happen_any_more_says_so():
    async def main():
        await asyncio.Event().wait()

    raised(virtual_time.Stuck, main(), 1000)


def test_what_the_app_raises_comes_out():
    async def main():
        await asyncio.sleep_ms(1)
        raise ValueError("of the app")

    assert str(raised(ValueError, main(), 1000)) == "of the app"


def test_one_run_after_the_other_starts_at_zero():
    async def main():
        await asyncio.sleep_ms(123)
        return time.ticks_ms()

    assert [virtual_time.run(main(), 1000) for _ in range(3)] == [123, 123, 123]


def test_an_eight_hour_shift_of_taps_and_pulls():
    world = a_world()
    seen = {"pulls": 0, "cards": 0}

    async def app(watchdog):
        flag = asyncio.ThreadSafeFlag()
        cord = machine.Pin(2, machine.Pin.IN, machine.Pin.PULL_UP)
        cord.irq(lambda pin: flag.set())
        asyncio.create_task(cards())
        asyncio.create_task(feed(watchdog))
        was = 1
        while True:
            await flag.wait()
            await asyncio.sleep_ms(20)
            if cord() != was:
                was = cord()
                seen["pulls"] += not was

    async def feed(watchdog):
        while True:
            watchdog.feed()
            await asyncio.sleep_ms(1000)

    async def cards():
        import rfid_stand_in

        reader, last = rfid_stand_in.Reader("reader-1"), None
        while True:
            uid = await reader.scan()
            seen["cards"] += uid is not None and last is None
            last = uid
            await asyncio.sleep_ms(200)

    async def shift():
        asyncio.create_task(app(machine.WDT(timeout=8000)))
        for minute in range(480):
            await asyncio.sleep_ms(58000)
            await virtual_time.press(world, 2, seed=minute)
            await virtual_time.tap(world, "reader-1", b"\x04\xa1\xb2\xc3")
        return world.uptime_ms()

    ended = virtual_time.run(shift(), 8 * 3600000, start_ticks=2**30 - 4 * 3600000, world=world)
    assert ended > 7.5 * 3600000
    assert seen == {"pulls": 480, "cards": 480}
