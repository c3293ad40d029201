"""A task that dies is noted and started again; the watchdog is fed only while all live."""

from pullcord.sim import virtual_time  # isort: skip  (replaces the clock, so before the firmware)

import asyncio
import time

from station.health.supervisor import Supervisor
from station.health.uptime import Uptime

MINUTE = 60000


def gaps(moments: list) -> list:
    return [moments[i + 1] - moments[i] for i in range(len(moments) - 1)]


class Bench:
    """A supervisor in virtual time, that notes deaths and feeds."""

    def __init__(self, watchdog: bool = True):
        self.faults = []
        self.fed = []
        self.uptime = Uptime()
        self.supervisor = Supervisor(self.uptime, self if watchdog else None, self._fault)

    def feed(self):
        self.fed.append(self.uptime.ms())

    def longest_hunger(self) -> int:
        return max(gaps(self.fed))

    def _fault(self, task, error, where):
        self.faults.append((task, str(error), where))

    async def run(self):
        await self.supervisor.run()


def run(make_bench, until_ms: int = MINUTE):
    """Build the bench inside virtual time, run it to the end, return it."""
    benches = []

    async def main():
        bench = make_bench()
        benches.append(bench)
        await bench.run()

    virtual_time.run(main(), until_ms)
    return benches[0]


def test_while_all_tasks_beat_the_watchdog_is_fed():
    def bench():
        made = Bench()

        async def beats():
            while True:
                task.beat()
                await asyncio.sleep_ms(1000)

        task = made.supervisor.add("good", beats)
        return made

    made = run(bench)
    assert made.faults == []
    assert made.longest_hunger() <= 1000


def test_a_task_that_hangs_starves_the_watchdog():
    def bench():
        made = Bench()

        async def hangs():
            await asyncio.sleep_ms(1000000)

        made.supervisor.add("hung", hangs, 6000)
        return made

    made = run(bench)
    assert 5500 <= made.fed[-1] <= 6000
    assert made.supervisor.silent(MINUTE) == ["hung"]


def test_a_task_that_dies_is_told_and_started_again_while_the_others_live():
    lives = []

    def bench():
        made = Bench()

        async def dies():
            lives.append(made.uptime.ms())
            raise OSError("no reader")

        made.supervisor.add("reader-1", dies, vital=False)
        return made

    made = run(bench)
    assert made.faults[0][:2] == ("reader-1", "no reader")
    assert made.faults[0][2] in ("test_supervisor.py dies", "")
    assert len(lives) > 5 and len(made.faults) == 1, "told once: a week of it would fill the journal"
    pauses = gaps(lives)
    assert pauses[:4] == [100, 200, 400, 800] and max(pauses) == 10000


def test_another_error_is_told_too():
    errors = [OSError("gone"), OSError("gone"), ValueError("nonsense"), OSError("gone")]

    def bench():
        made = Bench()

        async def dies():
            raise errors.pop(0) if errors else OSError("gone")

        made.supervisor.add("reader-1", dies, vital=False)
        return made

    assert [told[1] for told in run(bench).faults] == ["gone", "nonsense", "gone"]


def test_a_vital_task_is_soon_back_and_when_it_only_dies_the_watchdog_starves():
    lives = []

    def bench():
        made = Bench()

        async def dies():
            lives.append(made.uptime.ms())
            raise OSError("no memory")

        made.supervisor.add("inputs", dies)
        return made

    made = run(bench)
    assert max(gaps(lives)) == 1000
    assert 25000 < made.fed[-1] < 30000


def test_a_task_that_blocks_starves_the_watchdog():
    def bench():
        made = Bench()

        async def blocks():
            for _ in range(10):
                task.beat()
                await asyncio.sleep_ms(1000)
            time.sleep_ms(20000)
            task.beat()

        task = made.supervisor.add("good", blocks)
        return made

    assert run(bench).longest_hunger() > 8388


def test_a_task_that_keeps_dying_never_starves_the_watchdog():
    def bench():
        made = Bench()

        async def dies():
            raise OSError("gone")

        made.supervisor.add("reader-1", dies, vital=False)
        return made

    assert run(bench, 10 * MINUTE).longest_hunger() < 8000


def test_a_task_that_lived_well_is_started_again_soon():
    lives = []

    def bench():
        made = Bench()

        async def lives_long():
            lives.append(made.uptime.ms())
            for _ in range(70):
                task.beat()
                await asyncio.sleep_ms(1000)
            raise OSError("once a minute")

        task = made.supervisor.add("uplink", lives_long)
        return made

    run(bench, 10 * MINUTE)
    assert set(gaps(lives)) == {70100}


def test_a_task_that_just_ends_is_a_death_too():
    def bench():
        made = Bench()

        async def ends():
            pass

        made.supervisor.add("short", ends)
        return made

    assert run(bench, 50).faults == [("short", "the task ended", "")]


def test_a_service_boot_runs_without_a_watchdog():
    def bench():
        made = Bench(watchdog=False)

        async def hangs():
            await asyncio.sleep_ms(1000000)

        made.supervisor.add("hung", hangs)
        return made

    made = run(bench)
    assert made.fed == [] and made.faults == []
