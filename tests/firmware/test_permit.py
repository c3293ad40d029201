"""The line permit is off while nobody may rely on it: in reset, before the config, in safe mode, after a watchdog."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio

import main
from pullcord.sim.harness import CORD, PERMIT, RESTART, Harness
from pullcord.sim.virtual_clock import WatchdogBite
from station.health import safe

SECOND = 1000


def levels(line):
    return [level for _, pin, level in line.outputs if pin == PERMIT]


async def restarted(line):
    await asyncio.sleep_ms(SECOND)
    await line.press(RESTART)
    await asyncio.sleep_ms(SECOND)
    return line.world.levels[PERMIT]


def test_the_permit_is_off_from_the_first_moment_of_a_boot_until_somebody_restarts():
    for active, off in (("high", 0), ("low", 1)):
        line = Harness(harness.config(permit={"pin": PERMIT, "active": active, "resume": False}))

        async def look(line):
            await asyncio.sleep_ms(3 * SECOND)
            return line.world.levels[PERMIT]

        assert line.run(look, 60 * SECOND) == off
        assert set(levels(line)) <= {off}
        assert line.run(restarted, 60 * SECOND) == 1 - off


def test_before_there_is_a_config_nothing_drives_the_permit():
    line = Harness(harness.config())
    told, stay = [], safe.stay
    safe.stay = lambda machine, pins, reasons, path: told.append((dict(pins), list(reasons)))
    try:
        main.main(line.root)
    finally:
        safe.stay = stay
    assert told[0][0] == {} and "config.json" in told[0][1][0]
    assert levels(line) == [] and PERMIT not in line.world.outputs


def test_in_safe_mode_the_permit_is_driven_off():
    import time

    import machine

    line = Harness(harness.config())
    machine.Pin(PERMIT, machine.Pin.OUT, value=1)
    sleep_ms = time.sleep_ms

    def interrupted(ms):
        raise KeyboardInterrupt

    time.sleep_ms = interrupted
    try:
        safe.stay(machine, {"permit": line.config["permit"]}, ["why"], line.root + "safe.txt")
    finally:
        time.sleep_ms = sleep_ms
    assert line.world.levels[PERMIT] == 0


def test_after_a_watchdog_reset_the_permit_of_a_stopped_line_stays_off_whatever_the_config_allows():
    line = Harness(harness.config())  # its permit may resume

    async def stop_and_hang(line):
        assert await restarted(line) == 1
        await line.press(CORD)
        await asyncio.sleep_ms(21 * SECOND)
        import time

        while True:
            time.sleep_ms(SECOND)

    try:
        line.run(stop_and_hang, 120 * SECOND)
    except WatchdogBite:
        pass
    else:
        raise AssertionError("the watchdog did not bite")

    async def look(line):
        await asyncio.sleep_ms(3 * SECOND)
        return line.world.levels[PERMIT], line.app.station.andon.line()

    assert line.run(look, 60 * SECOND, cause="watchdog") == (0, "stopped")
