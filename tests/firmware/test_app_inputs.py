"""Broken inputs of a whole station in virtual time: told, on the lamp, and over when they are over."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

from pullcord.sim import wires
from pullcord.sim.harness import BUTTON, CORD, PERMIT, RED, RESTART, YELLOW, Harness
from station.core.outputs import phase_ms

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


BUS = {"i2c": 0, "scl": 25, "sda": 24}


def test_lights_at_an_expander_and_in_a_chain_show_the_same_as_those_at_pins():
    expanders = [{"name": "exp-1", "kind": "pcf8574", "address": 32, "bus": BUS}]
    chain = {"pin": 9, "each": 2, "brightness": 80}
    plain = harness.config()["light"]
    places = {"red": 0, "yellow": 1, "green": 2}
    at_expander = dict(plain, pins=places, active="low", expander="exp-1")
    stations = [
        harness.config(),
        harness.config(expanders=expanders, light=at_expander),
        harness.config(light=dict(plain, pins=places, pixels=chain)),
    ]

    async def script(line):
        await up(line)
        await line.press(CORD)
        looks = []
        await asyncio.sleep_ms(4000 + 60 - phase_ms(line.app.station, line.app.uptime.ms()) % 4000)  # amid a slot
        for _ in range(60):
            await asyncio.sleep_ms(125)
            looks.append(tuple(line.lit()))
        return looks

    seen = [Harness(made).run(script, 60 * SECOND) for made in stations]
    assert seen[0] == seen[1] == seen[2]
    assert {("green",), ("green", "yellow")} <= set(seen[0])


def test_an_expander_that_goes_silent_is_on_the_lamp_and_the_station_works_on():
    made = harness.config(expanders=[{"name": "exp-1", "kind": "mcp23017", "address": 32, "bus": BUS}])
    ack = {"name": "ack", "kind": "expander", "expander": "exp-1", "pin": 3, "active": "low", "does": "acknowledge"}
    made["inputs"][2] = ack
    line = Harness(made)

    async def script(line):
        await up(line)
        line.world.i2c[32].plugged = False
        await asyncio.sleep_ms(2 * SECOND)
        row = line.plant.state["row"], line.plant.state["faults"]
        await line.press(CORD)
        line.world.i2c[32].plugged = True
        await asyncio.sleep_ms(2 * SECOND)
        line.world.apply(wires.moved(ack, True, made))
        await asyncio.sleep_ms(SECOND)
        return row, line.plant.state["calls"][0]["phase"]

    row, phase = line.run(script, 60 * SECOND)
    assert row == ("input_fault", [{"input": "exp-1", "fault": "silent"}])
    assert phase == "acknowledged" and faults(line, "input.restored") == [("exp-1", "silent")]


def test_the_self_test_after_power_on_lights_every_lamp_and_only_then():
    line = Harness(harness.config(self_test=True))

    async def look(line):
        await asyncio.sleep_ms(2 * SECOND)
        early = line.lit()
        await asyncio.sleep_ms(5 * SECOND)
        return early, line.app.station.mode

    assert line.run(look, 60 * SECOND) == (["green", "red", "yellow"], "")
    early, _ = line.run(look, 60 * SECOND, cause="watchdog")
    assert early != ["green", "red", "yellow"]


def test_a_call_ends_the_self_test():
    line = Harness(harness.config(self_test=True))

    async def pull(line):
        await asyncio.sleep_ms(SECOND)
        await line.press(CORD)
        await asyncio.sleep_ms(100)
        return line.app.station.mode

    assert line.run(pull, 60 * SECOND) == ""
