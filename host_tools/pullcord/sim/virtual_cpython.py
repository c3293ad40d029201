"""Virtual time on CPython: an event loop whose clock jumps when it would wait."""

import asyncio
import contextlib
import math
import selectors
import time
from collections.abc import Coroutine, Iterator
from typing import Any

from pullcord.sim import cpython
from pullcord.sim.virtual_clock import Stuck, TimeIsUp, VirtualClock

CANCEL_ROUND_S = 5


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting, the virtual clock goes on. Only the loop's own wake-up pipe is ever registered."""

    clock: VirtualClock

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise Stuck("every task waits, no timer runs, and nobody is left to wake them")
        self.clock.sleep_us(max(1, math.ceil(timeout * 1e6 - 1e-3)))
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: VirtualClock) -> None:
        selector = _JumpingSelector()
        selector.clock = clock
        self._virtual = clock
        super().__init__(selector)

    def time(self) -> float:
        return self._virtual.now_us / 1e6


@contextlib.contextmanager
def virtual(clock: VirtualClock) -> Iterator[None]:
    """While inside, `time.ticks_*` and `time.sleep_ms/us` follow the virtual clock."""
    cpython.install()
    ticks = time.ticks_source  # type: ignore[attr-defined]
    before, ticks.source = ticks.source, clock
    try:
        yield
    finally:
        ticks.source = before


def run(main: Coroutine[Any, Any, Any], clock: VirtualClock) -> Any:
    loop = _Loop(clock)
    try:
        return loop.run_until_complete(main)
    finally:
        clock.clean_up()
        _cancel_all(loop)
        loop.close()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    """In rounds: a task whose own end falls into the same turn of the loop takes its cancellation for that."""
    try:
        while pending := asyncio.all_tasks(loop):
            for task in pending:
                task.cancel()
            loop.run_until_complete(asyncio.wait(pending, timeout=CANCEL_ROUND_S))
    except TimeIsUp as error:
        raise Stuck(f"tasks that were cancelled at the end do not end: {asyncio.all_tasks(loop)}") from error
