"""Virtual time on MicroPython: `time`, asyncio's clock and asyncio's wait are replaced.

The scheduler, written in C, stamps ready tasks with real ticks. So its clock runs 2**27 ms ahead of the
real one: such a task is always due, and runs before any that sleeps. Only the firmware's own ticks start at
`start_ticks`.
"""

import asyncio
import sys

from pullcord.sim.virtual_clock import TICKS_PERIOD, Stuck, TimeIsUp

core = asyncio.core
_AHEAD = 2**27
_NOBODY = "every task waits, no timer runs, and nobody is left to wake them"


class _Time:
    """Stands in for the module `time`; `source` is a virtual clock while one runs."""

    def __init__(self, real):
        self._real = real
        self.source = None

    def __getattr__(self, name):
        return getattr(self._real, name)

    def ticks_ms(self):
        return self.source.ticks_ms() if self.source else self._real.ticks_ms()

    def ticks_us(self):
        return self.source.ticks_us() if self.source else self._real.ticks_us()

    def sleep_us(self, us):
        (self.source or self._real).sleep_us(us)

    def sleep_ms(self, ms):
        self.sleep_us(ms * 1000)

    def sleep(self, s):
        self.sleep_us(int(s * 1000000))


def _install():
    import time

    if not isinstance(time, _Time):
        sys.modules["time"] = _Time(time)
    return sys.modules["time"]


_time = _install()


class virtual:
    """While inside, `time.ticks_*` and `time.sleep_ms/us` follow the virtual clock."""

    def __init__(self, clock):
        self._clock = clock

    def __enter__(self):
        _time.source = self._clock

    def __exit__(self, *error):
        _time.source = None


class _JumpingQueue(core.IOQueue):
    """Instead of waiting, the virtual clock goes on. Flags that are set wake who waits for them, each time round."""

    def __init__(self, clock, ticks):
        super().__init__()
        self._clock = clock
        self._ticks = ticks

    def wait_io_event(self, dt):
        # not by the poller: asking it costs a real millisecond on the unix port
        for waiting in [waiting for waiting in self.map.values() if waiting[2].state]:
            core._task_queue.push(waiting[0])
            self._dequeue(waiting[2])
        task = core._task_queue.peek()
        if task is None:
            raise Stuck(_NOBODY)
        ahead = core.ticks_diff(task.ph_key, self._ticks())
        if ahead > 0:
            self._clock.sleep_us(ahead * 1000)


def run(main, clock):
    base = _time._real.ticks_ms() + _AHEAD

    def ticks():
        return (base + clock.now_us // 1000) % TICKS_PERIOD

    before = core.ticks
    core.new_event_loop()
    core.ticks = ticks
    core._io_queue = _JumpingQueue(clock, ticks)
    ended = []
    task = core.create_task(_note_its_end(main, ended))
    try:
        result = core.run_until_complete(task)
        if not ended:  # it returns early when no task is due ever again
            raise Stuck(_NOBODY)
        return result
    finally:
        if not ended:
            clock.clean_up()
            _cancel(task)
        core.ticks = before
        core.new_event_loop()


async def _note_its_end(main, ended):
    """MicroPython's task of `run_until_complete` never says that it is done."""
    try:
        return await main
    finally:
        ended.append(True)


def _cancel(task):
    """All that can be done: MicroPython has no list of tasks, the others go with their loop."""
    core.cur_task = None
    task.cancel()
    try:
        core.run_until_complete(task)
    except core.CancelledError:
        pass
    except TimeIsUp:
        raise Stuck("the main task was cancelled at the end and does not end")
