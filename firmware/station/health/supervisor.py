"""One supervisor for all tasks: one that dies or hangs is noted and started again, or the watchdog is fed no more.

A deadline is counted in turns of the event loop, not by the clock: while one task blocks, the others cannot show life,
and blocking is what the board's own watchdog is for.
"""

import asyncio
import gc
import sys

_CHECK_MS = 500
_SHORTEST_MS = 100
_LONGEST_MS = 10000
_LONGEST_VITAL_MS = 1000
_MOST_DEATHS = 30
_HANG = 10  # one that hangs has been away for its whole deadline
_GOOD_MS = 60000
_FLOOR = 2048  # bytes; with less no state can be put together
_MEMORY_CHECKS = 60  # looking walks through the whole heap
_TIGHT_LOOKS = 2


class Task:
    """`make` gives a new coroutine for each life. `limit_ms`: how long it may be silent before it is started again.

    `vital`: without it the lamp would lie; when it only dies or hangs, the board is reset. `deaths`: since it lived
    a minute.
    """

    def __init__(self, name: str, make, limit_ms: int, vital: bool):
        self.name = name
        self.make = make
        self.limit_ms = limit_ms
        self.vital = vital
        self.quiet_ms = 0
        self.deaths = 0
        self.hung = False  # it was cancelled in this life
        self.warned = False  # and has not shown life since
        self.runner: "asyncio.Task | None" = None

    def beat(self) -> None:
        """The task says that it is alive."""
        self.quiet_ms = 0


class Supervisor:
    """`on_fault(task, error or words, where)` is told of each death. `free()`: bytes of the heap that are free.

    `watchdog` has `feed()`, or is None (service boot).
    """

    def __init__(self, uptime, watchdog, on_fault, free=gc.mem_free):
        self._uptime = uptime
        self.watchdog = watchdog
        self._on_fault = on_fault
        self._free = free
        self._looks_in = 0
        self._tight = 0
        self._tasks = []

    def add(self, name: str, make, limit_ms: int = 3000, vital: bool = True) -> Task:
        task = Task(name, make, limit_ms, vital)
        self._tasks.append(task)
        return task

    async def run(self) -> None:
        """Start all tasks and watch them, for ever."""
        for task in self._tasks:
            task.runner = asyncio.create_task(self._keep_alive(task))
        while True:
            self._look_at_memory()
            if self.watchdog is not None and not self.failing():
                self.watchdog.feed()
            await asyncio.sleep_ms(_CHECK_MS)
            for task in self._tasks:
                task.quiet_ms += _CHECK_MS
                if task.quiet_ms <= task.limit_ms:
                    # also one that lost the cancellation in an end of its own, at the same moment: it lives
                    task.warned = False
                elif not task.warned:
                    # once: one that does not even heed this starves the watchdog
                    task.warned = task.hung = True
                    task.runner.cancel()

    def failing(self) -> list:
        """Names of the tasks that are silent for too long or that only die, and "memory" when it has run out."""
        names = [
            task.name
            for task in self._tasks
            if task.quiet_ms > task.limit_ms or (task.vital and task.deaths > _MOST_DEATHS)
        ]
        return names + ["memory"] if self._tight > _TIGHT_LOOKS else names

    def _look_at_memory(self) -> None:
        self._looks_in -= 1
        if self._looks_in > 0:
            return
        self._looks_in = _MEMORY_CHECKS
        if self._free() < _FLOOR:
            gc.collect()
        free = self._free()
        self._tight = self._tight + 1 if free < _FLOOR else 0
        if self._tight == 1:
            self._tell("memory", MemoryError("%d bytes are free" % free))

    def _tell(self, name: str, error, what="") -> None:
        try:
            self._on_fault(name, what or error, _where(error))
        except Exception as caught:  # noqa: BLE001  telling may fail as the task did; it comes back all the same
            sys.stderr.write("%s: %r; and it could not be noted: %r\n" % (name, error, caught))

    async def _keep_alive(self, task: Task) -> None:
        pause, told = _SHORTEST_MS, None
        longest = _LONGEST_VITAL_MS if task.vital else _LONGEST_MS
        while True:
            born = self._uptime.ms()
            task.hung = False
            try:
                await task.make()
                error: BaseException = RuntimeError("the task ended")
            except asyncio.CancelledError as cancelled:
                if not task.hung:
                    raise
                error = cancelled
            except Exception as caught:  # noqa: BLE001  whatever it died of is told
                error = caught
            if self._uptime.ms() - born > _GOOD_MS:
                pause, told, task.deaths = _SHORTEST_MS, None, 0
            task.deaths += _HANG if task.hung else 1
            if type(error) is not told:
                # once: a reader that is gone for a week must not fill the journal
                told = type(error)
                self._tell(task.name, error, "no sign of life for %d ms" % task.limit_ms if task.hung else "")
            task.quiet_ms = -pause
            await asyncio.sleep_ms(pause)
            pause = min(2 * pause, longest)


def _where(error) -> str:
    from station.health.memory import forget
    from station.health.trace import where

    place = where(error)
    forget("health.trace")
    return place
