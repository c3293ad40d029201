"""A journal without room: what the lamp says, what the config lets go, and what the plant learns of it."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

from pullcord.sim.harness import ACK, BUTTON, RED, YELLOW, Harness

SECOND = 1000
LIMIT_KB = 32  # the least that a config may say: about a hundred events


def bench(full):
    contact = {"active": "low", "pull": "up", "stable_ms": 20, "stuck_s": 60}
    call = {"name": "material", "pin": BUTTON, "does": "call", "category": "material", "via": "button"}
    resolve = {"name": "resolve", "pin": ACK, "does": "resolve"}
    journal = {"limit_kb": LIMIT_KB, "full": full}
    inputs = [dict(contact, **call), dict(contact, **resolve)]
    return Harness(harness.config(inputs=inputs, readers=[], journal=journal))


async def call_and_resolve(line):
    await line.press(BUTTON)
    await asyncio.sleep_ms(400)
    await line.press(ACK)
    await asyncio.sleep_ms(400)


async def until_receipted(line):
    line.plant.reachable = True
    while line.app.journal.depth or line.app.station.drafts:
        await asyncio.sleep_ms(SECOND)
    await asyncio.sleep_ms(2 * SECOND)


def count(plant, type):
    return len(plant.events(type))


def gaps(plant):
    """Events that the gaps tell of, by type."""
    kinds = {}
    for gap in plant.events("station.gap"):
        assert gap["data"]["count"] == sum(gap["data"]["kinds"].values())
        for kind, number in gap["data"]["kinds"].items():
            kinds[kind] = kinds.get(kind, 0) + number
    return kinds


def test_refuse_keeps_what_waits_and_the_lamp_says_that_no_more_can_be_stored():
    line = bench("refuse")

    async def fill(line):
        line.plant.reachable = False
        line.calls, line.warned = 0, 0
        while not line.app.station.failed:
            await call_and_resolve(line)
            line.calls += 1
            line.warned = max(line.warned, line.app.journal.used_percent)
        line.outputs.clear()
        await asyncio.sleep_ms(2 * SECOND)
        line.shown = {pin for _, pin, _ in line.outputs}
        line.stored = line.app.journal.next - 1
        return True

    async def heal(line):
        await until_receipted(line)
        return line.app.station.failed

    assert line.run(fill, 3600 * SECOND) is True
    assert line.warned >= 80
    assert {RED, YELLOW} <= line.shown
    assert line.run(heal, 600 * SECOND) is False
    assert count(line.plant, "andon.called") == count(line.plant, "andon.resolved") == line.calls
    assert line.plant.copies == 0
    assert gaps(line.plant) == {}


def test_refuse_tells_by_a_gap_what_memory_could_not_hold_also_after_a_power_cut():
    line = bench("refuse")

    async def overfill(line):
        line.plant.reachable = False
        line.calls = 0
        while sum(line.app.station.lost.values()) < 5:
            await call_and_resolve(line)
            line.calls += 1
        await asyncio.sleep_ms(2 * SECOND)
        line.lost = dict(line.app.station.lost)
        return True

    async def heal(line):
        await until_receipted(line)
        return True

    assert line.run(overfill, 7200 * SECOND) is True
    assert set(line.lost) <= {"andon.called", "andon.acknowledged", "andon.arrived", "andon.resolved"}
    assert line.run(heal, 600 * SECOND) is True
    lost = gaps(line.plant)
    for kind in line.lost:
        assert lost.get(kind, 0) >= line.lost[kind]
    assert count(line.plant, "andon.called") < line.calls


def test_drop_oldest_goes_on_storing_and_tells_how_many_of_which_kinds_went():
    line = bench("drop_oldest")

    async def overfill(line):
        line.plant.reachable = False
        line.calls, line.failures = 0, 0
        while line.calls < 60:
            await call_and_resolve(line)
            line.calls += 1
            line.failures += line.app.station.failed
        return True

    async def heal(line):
        await until_receipted(line)
        return True

    assert line.run(overfill, 7200 * SECOND) is True
    assert line.failures == 0
    assert line.run(heal, 600 * SECOND) is True
    assert count(line.plant, "station.gap") > 3
    told = gaps(line.plant)
    for kind in ("andon.called", "andon.acknowledged", "andon.arrived", "andon.resolved"):
        assert told[kind] + count(line.plant, kind) == line.calls
