"""How long people took to come, after two hours without the plant: right to a second, whatever the clock did."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import sqlite3

import pytest

from pullcord.line.store import Store
from pullcord.pull.calls import Calls
from pullcord.sim.harness import ACK, BUTTON, CORD, RESTART, Harness
from tests.host_tools.line.events import arrival

SECOND = 1000
HOUR = 3600 * SECOND
DRIFT_MS = 360  # 50 ppm of two hours
ANSWERED_MS = (47_300, 400_000, 3_000_000)


def times(line):
    return line.plant.unix_ms()


async def answered_calls(line):
    """Pulls during two hours; [(when, how long it took until somebody pressed acknowledge)] by the plant's clock."""
    truth = []
    for wait_ms in ANSWERED_MS:
        await asyncio.sleep_ms(10 * 60 * SECOND)
        pressed = times(line)
        await line.press(CORD if len(truth) != 1 else BUTTON)
        await asyncio.sleep_ms(wait_ms)
        answered = times(line)
        await line.press(ACK)
        truth.append((pressed, answered - pressed))
        await asyncio.sleep_ms(SECOND)
        for call in [call for call in line.app.station.andon.calls.values() if call.open()]:
            line.app.station.andon.resolve(line.app.uptime.ms(), call, "", "", "button")
        line.app._react(line.app.uptime.ms())
        await line.press(RESTART)
    return truth


async def back_again(line, came_ms=DRIFT_MS):
    """The network is there again, and the plant's clock shows so much more than the station's."""
    line.plant.before_ms += came_ms
    line.plant.reachable = True
    await asyncio.sleep_ms(5 * 60 * SECOND)
    line.received_at = times(line)


def folded(line, folder):
    """The calls as the plant's database has them, in the order of their sequence."""
    store = Store(folder / "line.db")
    store.open()
    bodies = [line.plant.bodies[id] for id in line.plant.arrivals]
    for first in range(0, len(bodies), 7):
        store.commit([arrival(body, now=line.received_at) for body in bodies[first : first + 7]])
    calls = Calls()
    projector = store.projector([calls])
    projector.open()
    while not projector.catch_up(100).done:
        pass
    assert projector.trouble == {}
    store.close()
    with sqlite3.connect(folder / "line.db") as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("select * from calls").fetchall()
    return sorted(rows, key=lambda row: int(row["call"].split("-")[1]))


def check(rows, truth, absolute=True):
    assert len(rows) == len(truth)
    for row, (pressed, took) in zip(rows, truth, strict=True):
        assert abs(row["acknowledged_at"] - row["called_at"] - took) <= SECOND
        assert not absolute or abs(row["called_at"] - pressed) <= SECOND
    mtta = sum(row["acknowledged_at"] - row["called_at"] for row in rows) / len(rows)
    assert abs(mtta - sum(took for _, took in truth) / len(truth)) <= SECOND


def test_the_right_figure_after_two_hours(tmp_path):
    line = Harness(harness.config())

    async def script(line):
        await asyncio.sleep_ms(20 * SECOND)
        line.plant.reachable = False
        truth = await answered_calls(line)
        await back_again(line)
        return truth

    truth = line.run(script, 3 * HOUR)
    check(folded(line, tmp_path), truth)


@pytest.mark.parametrize(("step_ms", "away_ms"), [(HOUR, 2 * HOUR), (-HOUR, HOUR // 4), (-900, HOUR // 4)])
def test_the_right_figure_when_the_plants_clock_was_put_right_meanwhile(tmp_path, step_ms, away_ms):
    """A call is open while the station hears of it."""
    line = Harness(harness.config())

    async def script(line):
        await asyncio.sleep_ms(20 * SECOND)
        line.plant.reachable = False
        await line.press(CORD)
        begun = line.app.uptime.ms()
        await asyncio.sleep_ms(away_ms)
        await back_again(line, step_ms)
        await line.press(ACK)
        took = line.app.uptime.ms() - begun
        await asyncio.sleep_ms(30 * SECOND)
        line.received_at = times(line)
        return [(0, took)]

    truth = line.run(script, away_ms + HOUR)
    check(folded(line, tmp_path), truth, absolute=False)


def test_the_right_figure_when_the_station_never_had_the_time_before(tmp_path):
    line = Harness(harness.config())
    line.plant.reachable = False

    async def script(line):
        truth = await answered_calls(line)
        await back_again(line, 0)
        return truth

    truth = line.run(script, 3 * HOUR)
    assert "time" not in line.plant.events("andon.called")[0]
    check(folded(line, tmp_path), truth)


def test_the_right_figure_when_the_power_was_off_between_call_and_answer(tmp_path):
    line = Harness(harness.config())
    off_ms = 600 * SECOND

    async def before(line):
        await asyncio.sleep_ms(20 * SECOND)
        line.plant.reachable = False
        await asyncio.sleep_ms(HOUR)
        pressed = times(line)
        await line.press(CORD)
        await asyncio.sleep_ms(60 * SECOND)
        line.plant.before_ms += line.app.uptime.ms() + off_ms  # the virtual clock begins anew with each boot
        return pressed

    async def after(line):
        await asyncio.sleep_ms(300 * SECOND)
        answered = times(line)
        await line.press(ACK)
        await asyncio.sleep_ms(HOUR)
        await back_again(line)
        return answered

    pressed = line.run(before, 3 * HOUR)
    line.plant._uptime = type(line.plant._uptime)()
    answered = line.run(after, 3 * HOUR)
    check(folded(line, tmp_path), [(pressed, answered - pressed)])
