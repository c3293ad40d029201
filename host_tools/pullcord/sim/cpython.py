"""Gives CPython the names that firmware expects: call `install()` before firmware is imported."""

import asyncio
import contextlib
import gc
import sys
import time
import traceback
import tracemalloc
from pathlib import Path
from typing import Any, TextIO

HERE = Path(__file__).parent
TICKS_PERIOD = 2**30  # as on ESP32, RP2040 and the 32-bit unix port
_HALF = TICKS_PERIOD // 2


class ThreadSafeFlag:
    """MicroPython's: set from an interrupt, one task waits, waiting clears it."""

    def __init__(self) -> None:
        self._set = False
        self._waiter: asyncio.Future[None] | None = None

    def set(self) -> None:
        self._set = True
        waiter = self._waiter
        if waiter is None:
            return
        with contextlib.suppress(RuntimeError):  # that task's loop was closed: nobody waits any more
            waiter.get_loop().call_soon_threadsafe(self._wake, waiter)

    @staticmethod
    def _wake(waiter: "asyncio.Future[None]") -> None:
        if not waiter.done():
            waiter.set_result(None)

    def clear(self) -> None:
        self._set = False

    async def wait(self) -> None:
        while not self._set:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        self._set = False


async def _sleep_ms(ms: int) -> None:
    await asyncio.sleep(max(0, ms) / 1000)


async def _wait_for_ms(awaitable: Any, ms: int) -> Any:
    return await asyncio.wait_for(awaitable, ms / 1000)


class RealTime:
    """Where the ticks come from; a virtual clock with the same three methods can take its place."""

    def ticks_us(self) -> int:
        return time.monotonic_ns() // 1000

    def ticks_ms(self) -> int:
        return self.ticks_us() // 1000

    def sleep_us(self, us: int) -> None:
        time.sleep(max(0, us) / 1_000_000)


class Ticks:
    """The functions that `time` gets. `source` is what a virtual clock replaces while it runs."""

    def __init__(self) -> None:
        self.source: Any = RealTime()

    def ticks_ms(self) -> int:
        return self.source.ticks_ms() % TICKS_PERIOD

    def ticks_us(self) -> int:
        return self.source.ticks_us() % TICKS_PERIOD

    def sleep_ms(self, ms: int) -> None:
        self.source.sleep_us(ms * 1000)

    def sleep_us(self, us: int) -> None:
        self.source.sleep_us(us)


def ticks_diff(end: int, start: int) -> int:
    return (end - start + _HALF) % TICKS_PERIOD - _HALF


def ticks_add(ticks: int, delta: int) -> int:
    return (ticks + delta) % TICKS_PERIOD


def _mem_alloc() -> int:
    """Bytes that Python allocated, once tracemalloc runs; otherwise 0. Not comparable with a board's heap."""
    return tracemalloc.get_traced_memory()[0]


def _mem_free() -> int:
    return 2**20 - _mem_alloc() % 2**20


def _threshold(amount: int | None = None) -> int | None:
    """CPython collects by itself: MicroPython's answer when that is not set."""
    return -1 if amount is None else None


def _print_exception(error: BaseException, file: TextIO | None = None) -> None:
    traceback.print_exception(error, file=file or sys.stdout)


def _add(module: Any, **names: Any) -> None:
    for name, value in names.items():
        if not hasattr(module, name):
            setattr(module, name, value)


def install() -> None:
    """Add names to asyncio, time, gc and sys, and the stand-ins to the path. Twice does no harm."""
    ticks = Ticks()
    _add(asyncio, sleep_ms=_sleep_ms, wait_for_ms=_wait_for_ms, ThreadSafeFlag=ThreadSafeFlag)
    _add(
        time,
        ticks_source=ticks,
        ticks_ms=ticks.ticks_ms,
        ticks_us=ticks.ticks_us,
        ticks_cpu=ticks.ticks_us,
        ticks_diff=ticks_diff,
        ticks_add=ticks_add,
        sleep_ms=ticks.sleep_ms,
        sleep_us=ticks.sleep_us,
    )
    _add(gc, mem_alloc=_mem_alloc, mem_free=_mem_free, threshold=_threshold)
    _add(sys, print_exception=_print_exception)
    for folder in ("standins", "standins_cpython"):
        if str(HERE / folder) not in sys.path:
            sys.path.append(str(HERE / folder))
