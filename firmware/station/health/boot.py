"""Why the board started, and how often it did."""

import os
import time

from ..store import atomic

_CAUSES = (
    ("PWRON_RESET", "power_on"),
    ("WDT_RESET", "watchdog"),
    ("SOFT_RESET", "soft"),
    ("BROWNOUT_RESET", "brownout"),
    ("HARD_RESET", "hard"),
)
# An RP2040 calls each `machine.reset()` the watchdog's; an ESP32 calls a crash of its runtime a hard reset.
_CRASHES = ("watchdog", "hard", "unknown")
_STARTED_MS = 20000
_LATE = 16  # both counts are one number: those without ten good minutes are so many times it
_MOST = 14 * _LATE  # far beyond the limits, and neither count runs into the other


def cause(machine, ms: "int | None" = None) -> str:
    """`power_on watchdog soft brownout hard unknown`; ports differ in which constants they have.

    `ms`: since the chip started, its ticks when None. An RP2040 has no word for a soft reset: the ticks go on in one.
    """
    if ms is None:
        ms = abs(time.ticks_diff(time.ticks_ms(), 0))
    if not hasattr(machine, "SOFT_RESET") and ms > _STARTED_MS:
        return "soft"
    code = machine.reset_cause()
    for constant, name in _CAUSES:
        if code == getattr(machine, constant, None):
            return name
    return "unknown"


def count(path: str) -> int:
    """The number of this boot, from 1; a counter that cannot be read starts again.

    Two files take turns, so a cut while one is written leaves the other. On a flash that takes nothing the number
    is the next one all the same: the record will tell what is wrong.
    """
    number = max([_number(atomic.read(path + turn)) for turn in "01"]) + 1
    try:
        atomic.put(path + str(number % 2), b"%d" % number)
    except OSError:
        pass
    return number


def crashes(path: str, machine) -> tuple:
    """Resets in a row by watchdog or crash, this one included: (without a good minute between, without ten of them).

    (0, 0) after any other reset: somebody was there, or the power came back. What a hand at the USB line resets looks
    like a crash to some boards: it has to stop the station first, and that ends the count (`main`).
    """
    if cause(machine) not in _CRASHES:
        good(path)
        return 0, 0
    number = _number(atomic.load(path))
    if number < _MOST:
        number += 1 + _LATE
        _keep(path, number)
    return number % _LATE, number // _LATE


def good(path: str, whole: bool = True) -> None:
    """The station has run well: what was before does not count any more. Nothing is written when nothing counted.

    Not `whole`: for a minute only, after which a crash may still be one of many.
    """
    number = _number(atomic.load(path))
    kept = 0 if whole else number // _LATE * _LATE
    if number != kept:
        _keep(path, kept)


def _keep(path: str, number: int) -> None:
    try:
        atomic.save(path, b"%d" % number)
    except OSError:
        pass


def safe_mode(path: str) -> list:
    """Why the last boot ended in safe mode, line by line, and only once: the file goes."""
    try:
        with open(path) as file:
            lines = file.read().split("\n")
        os.remove(path)
    except (OSError, ValueError):
        return []
    return [line for line in lines if line]


def _number(data) -> int:
    try:
        return int(data)
    except (ValueError, TypeError):
        return 0
