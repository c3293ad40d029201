"""What a dead network and whatever hangs on the way to the plant may not do: hold up the lamp, or reset the board.

The virtual watchdog ends a run in which it was not fed for eight seconds.
"""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import time

from pullcord.sim.harness import CARD, CORD, RESTART, YELLOW, Harness

SECOND = 1000
LAMP_MS = 40  # 20 of them are the debounce
CALLS = 6


async def pulls(line):
    """Calls over ten minutes, each resolved. How long the lamp took for each."""
    took = []
    for _ in range(CALLS):
        at = line.app.uptime.ms()
        await line.press(CORD)
        await asyncio.sleep_ms(5 * SECOND)
        lit = [ms for ms, pin, level in line.outputs if pin == YELLOW and level and ms >= at]
        took.append(min(lit) - at if lit else None)
        now = line.app.uptime.ms()
        line.app.station.andon.resolve(now, line.app.station.andon.calls["quality"], "", "", "button")
        line.app._react(now)
        await asyncio.sleep_ms(95 * SECOND)
    return took


def plays(opener=None, prepare=None, reach_at_last=True):
    """Ten minutes of it, then five more with the plant there: (how long the lamp took for each pull, the line)."""
    line = Harness(harness.config())
    reach = line.plant.open
    away = [True]

    async def opened(host, port):
        if away and opener is not None:
            await opener()
        return await reach(host, port)

    line.plant.open = opened

    async def script(line):
        if prepare is not None:
            prepare(line)
        await asyncio.sleep_ms(2 * SECOND)
        took = await pulls(line)
        away.clear()
        line.plant.reachable = True
        line.world.network(True)
        await asyncio.sleep_ms(300 * SECOND)
        return took

    took = line.run(script, 1200 * SECOND)
    return took, line


def check(took, line):
    assert len(took) == CALLS and max(took) <= LAMP_MS, took
    assert len(line.plant.events("andon.called")) == CALLS, "and at last the plant has them all"
    assert line.plant.events("station.faulted") == [], "nothing died, nothing was told to begin anew"
    assert line.world.watchdog_ms == 8000


def test_a_dead_network():
    def dead(line):
        line.plant.reachable = False

    check(*plays(prepare=dead))


def test_a_wifi_that_is_gone():
    def gone(line):
        line.world.network(False)

    check(*plays(prepare=gone))


def test_a_look_up_or_a_handshake_that_never_ends():
    async def hangs():
        await asyncio.Event().wait()

    check(*plays(hangs))


def test_a_connection_that_cannot_even_be_cancelled():
    async def clings():
        for _ in range(3):
            try:
                await asyncio.sleep_ms(40 * SECOND)
            except asyncio.CancelledError:
                continue

    took, line = plays(clings)
    assert max(took) <= LAMP_MS and len(line.plant.events("andon.called")) == CALLS


def test_a_handshake_whose_sums_block_for_seconds_resets_nothing():
    blocks = []

    async def computes():
        for _ in range(4):
            time.sleep_ms(2500)
            blocks.append(1)
            await asyncio.sleep_ms(20)  # the other end's turn
        raise OSError(104)

    took, line = plays(computes)
    assert len(blocks) > 40
    assert max(took) <= LAMP_MS + 2500, "a pull waits for one sum at most"
    assert len(line.plant.events("andon.called")) == CALLS and line.plant.events("station.faulted") == []


def test_a_pull_in_the_middle_of_such_a_sum_is_on_the_lamp_at_once():
    """Where interrupts come through (RP2040, RP2350): the interrupt itself lights it; the rest comes later."""
    line = Harness(harness.config())
    pulled = []

    async def computes():
        time.sleep_ms(1000)
        if not pulled:
            pulled.append(line.world.uptime_ms())
            line.world.set_pin(CORD, 0)
        time.sleep_ms(1500)
        line.world.set_pin(CORD, 1)
        raise OSError(104)

    async def opened(host, port):
        await computes()

    line.plant.open = opened

    async def script(line):
        await asyncio.sleep_ms(20 * SECOND)
        return list(line.app.station.andon.calls)

    calls = line.run(script, 60 * SECOND)
    lit = [ms for ms, pin, level in line.outputs if pin == YELLOW and level and ms >= pulled[0]]
    assert min(lit) - pulled[0] <= LAMP_MS and calls == ["quality"]


def test_a_reader_whose_driver_hangs_is_missing_and_everything_else_works():
    import rfid_stand_in

    scan = rfid_stand_in.Reader.scan
    hangs = [True]

    async def hanging(self):
        if hangs:
            await asyncio.Event().wait()
        return await scan(self)

    line = Harness(harness.config())

    async def script(line):
        await asyncio.sleep_ms(SECOND)
        await line.press(RESTART)
        took = await pulls(line)
        missing = list(line.plant.state["health"]["missing"])
        hangs.clear()
        await asyncio.sleep_ms(30 * SECOND)
        await line.tap(CARD)
        await asyncio.sleep_ms(30 * SECOND)
        return took, missing, line.plant.state["health"]["missing"]

    rfid_stand_in.Reader.scan = hanging
    try:
        took, missing, later = line.run(script, 1200 * SECOND)
    finally:
        rfid_stand_in.Reader.scan = scan
    assert max(took) <= LAMP_MS and missing == ["reader-1"] and later == []
    assert len(line.plant.events("kanban.tapped")) == 1
    (told,) = line.plant.events("station.faulted")
    assert told["data"]["task"] == "reader-1" and told["data"]["error"] == "no sign of life for 3000 ms"


def test_every_deadline_is_below_the_watchdogs_longest():
    line = Harness(harness.config())
    limits = []

    async def script(line):
        await asyncio.sleep_ms(SECOND)
        limits.extend([(task.name, task.limit_ms) for task in line.app.supervisor._tasks])

    line.run(script, 10 * SECOND)
    assert sorted([name for name, _ in limits]) == ["inputs", "reader-1", "record", "show", "uplink"]
    assert max([limit for _, limit in limits]) < 8300
