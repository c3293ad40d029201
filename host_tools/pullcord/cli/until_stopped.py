"""A command that goes on until somebody ends it: in order, whatever the signal."""

import asyncio
import signal
from collections.abc import Callable

from rich.console import Console

Say = Callable[[str], None]


def sayer() -> Say:
    """Lines for people, on stderr; an address must stand in one piece."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    return console.print


def end_on_signals(say: Say, words: str) -> None:
    """The first signal ends the current task in order; those that follow do not disturb its ending."""
    main = asyncio.current_task()
    assert main is not None
    ending = False

    def end() -> None:
        nonlocal ending
        if not ending:
            ending = True
            say(words)
            main.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)
