"""Pulses counted in hardware, by a PIO that runs its program and by a PCNT: none is lost, none is counted twice."""

from pullcord.sim import virtual_time  # isort: skip  (first, it replaces the clock)

import asyncio

import machine
from world import World

from pullcord.sim import contacts
from station.drivers import pulses_esp32, pulses_rp2
from station.drivers.inputs import Inputs
from station.drivers.pulses import Pulses
from station.drivers.sources import open_sources

PITCH = {"name": "pitch", "kind": "pulse", "pin": 7, "active": "low", "pull": "up", "stable_ms": 5, "does": "mark"}
HIGH = dict(PITCH, active="high", pull="down")
HALF_MS = 10  # 50 Hz


def played(script, item, make=pulses_rp2.counters):
    """`script(world)` in virtual time beside a counter; what it counted, looked at each 20 ms."""
    world = machine.world = World()
    world.set_pin(item["pin"], 1 if item["active"] == "low" else 0)

    async def main():
        parts = Pulses([item], machine, make)
        counted = []

        async def look():
            while True:
                counted.extend(parts.sample(0))
                await asyncio.sleep_ms(20)

        looking = asyncio.create_task(look())
        await script(world)
        await asyncio.sleep_ms(100)
        looking.cancel()
        return counted

    counted = virtual_time.run(main(), 600000, 0, world)
    assert counted[1::2] == [(item["name"], False)] * (len(counted) // 2)
    return counted[::2].count((item["name"], True))


def edges(world, item, active, seed, bounces):
    """The contact moves, with its bounces; this blocks: nothing else runs meanwhile."""
    import time

    level = 1 if (item["active"] == "high") == active else 0
    now = 0
    for at, edge in contacts.bounce(level, seed) if bounces else [(0, level)]:
        time.sleep_us(at - now)
        now = at
        world.set_pin(item["pin"], edge)
    time.sleep_us(HALF_MS * 1000 - now)


def pulses(count, item, bounces=True, blocked=()):
    """A script of `count` pulses at 50 Hz. From each pulse in `blocked` on, a flash erase of 45 ms stops everything."""

    async def script(world):
        free_at = 0
        for number in range(count):
            if number in blocked:
                world.mask(True)
                free_at = number + 3
            if number == free_at:
                world.mask(False)
            for active in (True, False):
                edges(world, item, active, 2 * number + active, bounces)
                if world.masked is None:
                    await asyncio.sleep_ms(0)

    return script


def test_fifty_pulses_a_second_with_bounces_are_counted_each_once():
    for item in (PITCH, HIGH):
        assert played(pulses(200, item), item) == 200


def test_no_pulse_is_lost_across_a_flash_erase_with_interrupts_off():
    for item in (PITCH, HIGH):
        assert played(pulses(200, item, blocked=range(0, 200, 10)), item) == 200


def test_a_plain_contact_would_lose_pulses_there():
    """So the test above says something: looked at by interrupt and task, pulses are missing."""
    world = machine.world = World()
    world.set_pin(7, 1)

    class Flag:
        def set(self):
            pass

    async def main():
        inputs = Inputs([PITCH], machine, Flag())
        inputs.active_now(0)
        counted = []

        async def look():
            import time

            while True:
                counted.extend(inputs.sample(time.ticks_ms()))
                await asyncio.sleep_ms(5)

        looking = asyncio.create_task(look())
        await pulses(100, PITCH, blocked=range(0, 100, 10))(world)
        looking.cancel()
        return counted.count(("pitch", True))

    assert virtual_time.run(main(), 600000, 0, world) < 100


def test_a_spike_shorter_than_the_input_s_time_is_no_pulse():
    async def script(world):
        import time

        for spike_us in (100, 1000, 3000, 4000):
            world.set_pin(7, 0)
            time.sleep_us(spike_us)
            world.set_pin(7, 1)
            time.sleep_us(20000)
            await asyncio.sleep_ms(0)

    assert played(script, PITCH) == 0


def test_the_longest_and_the_shortest_time_are_within_the_clock_of_every_chip():
    for stable_ms in (1, 30):
        item = dict(PITCH, stable_ms=stable_ms)

        async def script(world, stable_ms=stable_ms):
            import time

            for held_ms in (stable_ms / 2, stable_ms * 1.2):
                for level in (0, 1):
                    world.set_pin(7, level)
                    time.sleep_us(int(held_ms * 1000))
                await asyncio.sleep_ms(0)

        assert played(script, item) == 1, stable_ms


def test_four_counters_fit_the_pio_that_the_radio_leaves():
    world = machine.world = World()
    items = [dict(item, name=str(pin), pin=pin) for pin, item in enumerate((PITCH, HIGH) * 2)]
    for item in items:
        world.set_pin(item["pin"], 1 if item["active"] == "low" else 0)
    parts = Pulses(items, machine, pulses_rp2.counters)
    for item in items:
        for active in (True, False):
            edges(world, item, active, 0, False)
    assert [name for name, active in parts.sample(0) if active] == ["0", "1", "2", "3"]


def test_a_counter_that_went_on_through_a_soft_reset_brings_no_old_pulses():
    class Old:
        PERIOD = 65536

        def value(self):
            return 7

    assert Pulses([PITCH], machine, lambda items, board: [Old()]).sample(0) == []


def test_more_pulses_than_the_counter_is_wide_are_counted_on():
    item = dict(PITCH, stable_ms=1)

    async def script(world):
        counter = pulses_rp2.counters([item], machine)[0]
        counter._machine._x = 65530
        assert counter.value() == 6
        for number in range(10):
            edges(world, item, True, number, True)
            edges(world, item, False, number, True)
        assert counter.value() == 16

    played(script, item)


def test_the_pcnt_of_an_esp32_counts_a_clean_signal_also_across_an_erase():
    for item in (PITCH, HIGH):
        script = pulses(200, item, bounces=False, blocked=range(0, 200, 10))
        assert played(script, item, pulses_esp32.counters) == 200


def test_the_pcnt_starts_again_at_its_end():
    world = machine.world = World()
    world.set_pin(7, 1)
    counter = pulses_esp32.counters([PITCH], machine)[0]
    counter._counter._value = pulses_esp32.Counter.PERIOD - 1
    import time

    for level in (0, 1):
        world.set_pin(7, level)
        time.sleep_us(100)
    assert counter.value() == 0


def test_what_cannot_be_counted_is_looked_at_like_any_contact_and_that_is_told():
    import station.drivers.pulses as module

    class Flag:
        def set(self):
            pass

    for error in (ImportError("no module named esp32"), OSError(12), ValueError("StateMachine claimed")):
        world = machine.world = World()
        world.set_pin(7, 1)

        def none(items, board, error=error):
            raise error

        before, module.Pulses = module.Pulses, none
        try:
            sources = open_sources({"inputs": [PITCH], "light": {}}, machine, Flag())
        finally:
            module.Pulses = before
        assert sources.missing == ["pulse counter: %s" % error]
        sources.active_now(0)
        world.set_pin(7, 0)
        sources.sample(0)
        assert sources.sample(10) == [("pitch", True)]
