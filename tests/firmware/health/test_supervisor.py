"""A task that dies or hangs is noted and started again; the watchdog is fed only while all live."""

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

    def __init__(self, watchdog: bool = True, free=lambda: 100000):
        self.faults = []
        self.fed = []
        self.uptime = Uptime()
        self.supervisor = Supervisor(self.uptime, self if watchdog else None, self._fault, free)

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


def test_a_task_that_hangs_on_an_await_is_started_again_at_its_deadline():
    lives = []

    def bench():
        made = Bench()

        async def hangs_at_first():
            lives.append(made.uptime.ms())
            if len(lives) == 1:
                await asyncio.Event().wait()
            while True:
                task.beat()
                await asyncio.sleep_ms(1000)

        task = made.supervisor.add("inputs", hangs_at_first, 3000)
        return made

    made = run(bench)
    assert len(lives) == 2 and 3000 < lives[1] <= 4000
    ((task, error, where),) = made.faults
    assert (task, error) == ("inputs", "no sign of life for 3000 ms")
    assert where.startswith("test_supervisor.py hangs_at_first") or where == ""
    assert made.longest_hunger() <= 1500 and made.fed[-1] > MINUTE - 1000


def test_a_vital_task_that_hangs_each_time_starves_the_watchdog_and_another_does_not():
    for vital in (True, False):

        def bench(vital=vital):
            made = Bench()

            async def hangs():
                await asyncio.Event().wait()

            made.supervisor.add("hung", hangs, 3000, vital)
            return made

        made = run(bench, 5 * MINUTE)
        assert len(made.faults) == 1
        if vital:
            assert made.fed[-1] < 20000 and "hung" in made.supervisor.failing()
        else:
            assert made.longest_hunger() <= 1500


def test_a_task_whose_cancellation_was_lost_is_cancelled_again_when_it_hangs_later():
    lives = []

    def bench():
        made = Bench()

        async def loses_it_once():
            lives.append(made.uptime.ms())
            try:
                await asyncio.sleep_ms(100000)
            except asyncio.CancelledError:
                task.beat()  # taken for something else
            await asyncio.Event().wait()

        task = made.supervisor.add("once", loses_it_once, 3000, vital=False)
        return made

    made = run(bench)
    assert len(lives) > 2, "the second hang was ended"
    assert made.faults[0][:2] == ("once", "no sign of life for 3000 ms")
    assert made.longest_hunger() <= 1500


def test_a_task_that_does_not_heed_its_cancellation_starves_the_watchdog():
    def bench():
        made = Bench()

        async def clings():
            try:
                await asyncio.sleep_ms(100000)
            except asyncio.CancelledError:
                try:
                    await asyncio.sleep_ms(100000)
                finally:
                    task.hung = False  # the end of the test is no deadline

        task = made.supervisor.add("clings", clings, 3000, vital=False)
        return made

    made = run(bench)
    assert made.fed[-1] <= 3000
    assert made.supervisor.failing() == ["clings"]


def test_a_long_block_is_not_held_against_those_who_could_not_run():
    lives = []

    def bench():
        made = Bench()

        async def works():
            lives.append("works")
            while True:
                works_task.beat()
                await asyncio.sleep_ms(1000)

        async def blocks():
            while True:
                blocks_task.beat()
                await asyncio.sleep_ms(1000)
                time.sleep_ms(5000)

        works_task = made.supervisor.add("works", works, 3000)
        blocks_task = made.supervisor.add("blocks", blocks, 3000)
        return made

    made = run(bench)
    assert lives == ["works"] and made.faults == []


def test_when_memory_has_leaked_away_it_is_told_and_the_watchdog_starves():
    left = [50000]

    def bench():
        made = Bench(free=lambda: left[0])

        async def leaks():
            while True:
                task.beat()
                left[0] -= 1000
                await asyncio.sleep_ms(500)

        task = made.supervisor.add("leaks", leaks)
        return made

    made = run(bench, 3 * MINUTE)
    assert [fault[0] for fault in made.faults] == ["memory"]
    assert 60000 < made.fed[-1] < 120000
    assert made.supervisor.failing() == ["memory"]


def test_memory_that_comes_back_is_no_reason_for_a_reset():
    left = [50000]

    def bench():
        made = Bench(free=lambda: left[0])

        async def needs_much():
            for second in range(600):
                task.beat()
                left[0] = 500 if second % 60 >= 20 else 50000
                await asyncio.sleep_ms(1000)

        task = made.supervisor.add("needs much", needs_much)
        return made

    made = run(bench, 9 * MINUTE)
    assert made.longest_hunger() <= 1000 and len(made.faults) > 3


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
    assert made.fed == [] and len(made.faults) == 1
