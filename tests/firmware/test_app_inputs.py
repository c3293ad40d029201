"""Broken inputs of a whole station in virtual time: told, on the lamp, and over when they are over."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

from pullcord.sim import wires
from pullcord.sim.harness import BUTTON, CORD, PERMIT, RED, RESTART, YELLOW, Harness

SECOND = 1000
LOOP = {"name": "cord-1", "kind": "loop", "pin": 26, "rest": 32768, "pulled": 21845, "stuck_s": 60}


def bench(**changes):
    made = harness.config(**changes)
    made["inputs"][0] = dict(LOOP, does="call", category="quality")
    return Harness(made)


async def up(line):
    await asyncio.sleep_ms(SECOND)
    await line.press(RESTART)
    await asyncio.sleep_ms(6 * SECOND)


def faults(line, type="input.faulted"):
    return [(event["data"]["input"], event["data"]["fault"]) for event in line.plant.events(type)]


def test_a_cut_cord_is_told_within_a_second_and_is_on_the_lamp():
    line = bench()

    async def script(line):
        await up(line)
        cut_at = line.app.uptime.ms()
        line.world.apply(wires.broken(LOOP, "open"))
        await asyncio.sleep_ms(SECOND)
        told_in = line.plant.events("input.faulted")[0]["uptime"] - cut_at
        row = line.plant.state["row"], line.plant.state["faults"]
        seen = set()
        for _ in range(40):
            await asyncio.sleep_ms(100)
            seen.add(tuple(line.lit()))
        line.world.apply(wires.moved(LOOP, False))
        await asyncio.sleep_ms(2 * SECOND)
        return told_in, row, sorted(seen), line.plant.state["faults"]

    told_in, row, seen, after = line.run(script, 60 * SECOND)
    assert told_in <= SECOND
    assert row == ("input_fault", [{"input": "cord-1", "fault": "open"}])
    assert seen == [("green", "red"), ("green", "yellow")]
    assert after == [] and faults(line, "input.restored") == [("cord-1", "open")]
    assert line.plant.events("andon.called") == []


def test_a_pull_at_a_supervised_cord_calls():
    line = bench()

    async def script(line):
        await up(line)
        line.world.apply(wires.moved(LOOP, True))
        await asyncio.sleep_ms(300)
        line.world.apply(wires.moved(LOOP, False))
        await asyncio.sleep_ms(2 * SECOND)

    line.run(script, 60 * SECOND)
    assert [event["data"]["input"] for event in line.plant.events("andon.called")] == ["cord-1"]
    assert faults(line) == []


def test_a_fault_from_before_a_reboot_is_over_when_the_wire_is_whole_and_stays_while_it_is_not():
    line = bench()

    async def cut(line):
        await up(line)
        line.world.apply(wires.broken(LOOP, "short"))
        await asyncio.sleep_ms(2 * SECOND)

    async def look(line):
        await asyncio.sleep_ms(3 * SECOND)

    line.run(cut, 60 * SECOND)
    line.run(look, 60 * SECOND)
    assert (faults(line), faults(line, "input.restored")) == ([("cord-1", "short")], [])
    line.world.apply(wires.moved(LOOP, False))
    line.run(look, 60 * SECOND)
    assert (faults(line), faults(line, "input.restored")) == ([("cord-1", "short")], [("cord-1", "short")])


def test_a_stuck_button_is_a_fault_on_the_lamp_until_it_is_let_go():
    line = bench()
    line.config["inputs"][1]["stuck_s"] = 5

    async def script(line):
        await up(line)
        line.world.set_pin(BUTTON, 0)
        await asyncio.sleep_ms(4 * SECOND)
        before = faults(line)
        await asyncio.sleep_ms(2 * SECOND)
        row = line.plant.state["row"]
        lit = set(line.lit())
        line.world.set_pin(BUTTON, 1)
        await asyncio.sleep_ms(SECOND)
        return before, row, lit & {"red", "yellow"} != set()

    assert line.run(script, 60 * SECOND) == ([], "input_fault", True)
    assert faults(line) == [("material", "stuck")] == faults(line, "input.restored")
    assert RED in line.world.levels and YELLOW in line.world.levels


def test_glitches_are_counted_by_input_in_the_state():
    line = bench()

    async def script(line):
        await up(line)
        before = line.plant.state["health"]["glitches"]
        for _ in range(3):
            line.world.set_pin(BUTTON, 0)
            await asyncio.sleep_ms(8)
            line.world.set_pin(BUTTON, 1)
            await asyncio.sleep_ms(50)
        await asyncio.sleep_ms(40 * SECOND)
        return before, line.plant.state["health"]["glitches"]

    before, after = line.run(script, 90 * SECOND)
    assert after.get("material", 0) - before.get("material", 0) == 3
    assert line.plant.events("andon.called") == []


def test_a_permit_relay_that_stays_on_is_a_fault_on_the_lamp():
    back = {"pin": 17, "active": "high"}
    line = Harness(harness.config(permit={"pin": PERMIT, "active": "high", "resume": True, "readback": back}))

    async def script(line):
        await up(line)
        whole = line.plant.state["faults"]
        line.world.mirrors.clear()  # welded
        await line.press(CORD)
        await asyncio.sleep_ms(21 * SECOND)
        line.stopped = line.world.levels[PERMIT], line.plant.state["faults"]
        line.world.set_pin(17, 0)
        await asyncio.sleep_ms(SECOND)
        return whole, line.plant.state["faults"]

    assert line.run(script, 60 * SECOND) == ([], [])
    assert line.stopped == (0, [{"input": "permit", "fault": "mismatch"}])
    assert faults(line) == [("permit", "mismatch")] == faults(line, "input.restored")
