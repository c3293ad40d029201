"""One supervisor for all tasks: one that dies is noted and started again; the watchdog is fed only while all live."""

import asyncio
import sys

_CHECK_MS = 500
_SHORTEST_MS = 100
_LONGEST_MS = 10000
_LONGEST_VITAL_MS = 1000
_MOST_DEATHS = 30
_GOOD_MS = 60000


class Task:
    """`make` gives a new coroutine for each life. `limit_ms`: how long it may be silent before the board is reset.

    `vital`: without it the lamp would lie; when it only dies, the board is reset. `deaths`: since it lived a minute.
    """

    def __init__(self, name: str, make, limit_ms: int, vital: bool, uptime):
        self.name = name
        self.make = make
        self.limit_ms = limit_ms
        self.vital = vital
        self.heard_at = 0
        self.deaths = 0
        self._uptime = uptime

    def beat(self) -> None:
        """The task says that it is alive."""
        self.heard_at = self._uptime.ms()


class Supervisor:
    """`on_fault(task, error, where)` is told of each death. `watchdog` has `feed()`, or is None (service boot)."""

    def __init__(self, uptime, watchdog, on_fault):
        self._uptime = uptime
        self._watchdog = watchdog
        self._on_fault = on_fault
        self._tasks = []

    def add(self, name: str, make, limit_ms: int = 6000, vital: bool = True) -> Task:
        task = Task(name, make, limit_ms, vital, self._uptime)
        self._tasks.append(task)
        return task

    async def run(self) -> None:
        """Start all tasks and watch them, for ever."""
        for task in self._tasks:
            task.beat()
            asyncio.create_task(self._keep_alive(task))
        while True:
            now = self._uptime.ms()
            if self._watchdog is not None and not self.silent(now):
                self._watchdog.feed()
            await asyncio.sleep_ms(_CHECK_MS)

    def silent(self, now: int) -> list:
        """Names of the tasks that have been silent for too long, or that only die."""
        return [
            task.name
            for task in self._tasks
            if now - task.heard_at > task.limit_ms or (task.vital and task.deaths > _MOST_DEATHS)
        ]

    def _tell(self, name: str, error) -> None:
        try:
            self._on_fault(name, error, _where(error))
        except Exception as caught:  # noqa: BLE001  telling may fail as the task did; it comes back all the same
            sys.stderr.write("%s: %r; and it could not be noted: %r\n" % (name, error, caught))

    async def _keep_alive(self, task: Task) -> None:
        pause, told = _SHORTEST_MS, None
        longest = _LONGEST_VITAL_MS if task.vital else _LONGEST_MS
        while True:
            born = self._uptime.ms()
            try:
                await task.make()
                error: Exception = RuntimeError("the task ended")
            except Exception as caught:  # noqa: BLE001  whatever it died of is told below
                error = caught
            if self._uptime.ms() - born > _GOOD_MS:
                pause, told, task.deaths = _SHORTEST_MS, None, 0
            task.deaths += 1
            if type(error) is not told:
                # once: a reader that is gone for a week must not fill the journal
                told = type(error)
                self._tell(task.name, error)
            task.beat()
            await asyncio.sleep_ms(pause)
            task.beat()
            pause = min(2 * pause, longest)


def _where(error) -> str:
    from station.health.memory import forget
    from station.health.trace import where

    place = where(error)
    forget("health.trace")
    return place
