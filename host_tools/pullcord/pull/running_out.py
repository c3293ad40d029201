"""Which loops run out soon: the last full container will be empty before the next one can be there."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from pullcord.pull.measures import percentile
from pullcord.pull.sheet import Row
from pullcord.pull.signals import order
from pullcord.pull.sizing import ENOUGH
from pullcord.pull.worked import AllHours

LATEST = 40
"""How many of the latest signals say how fast containers are emptied now."""


class RunningOut(NamedTuple):
    """`signal` is the oldest that is open, due by the median of the lead times.

    `is_late`: it takes longer than 95 of 100, and nobody knows when it comes.
    """

    loop: str
    signal: str
    card: str
    empty_at: int
    due_at: int
    is_late: bool


def running_out(loop: Row, signals: Sequence[Row], hours: AllHours, now: int) -> RunningOut | None:
    """`loop`: its row; `signals`: all of its, as far as they are kept. None: nothing to warn of, or not known."""
    left = loop["full"] - loop["asked"]
    waiting = sorted((row for row in signals if row["done_at"] is None and _asked_at(row) is not None), key=order)
    times, pace = _lead_times(signals, hours), _pace(signals, hours)
    usual, slow = percentile(times, 0.5), percentile(times, 0.95)
    if left <= 0 or not waiting or usual is None or slow is None or pace is None:
        return None
    oldest = waiting[0]
    asked_at, last_taken = _asked_at(oldest), max(row["given_at"] for row in signals if row["given_at"] is not None)
    due_at, empty_at = hours.after(asked_at or 0, round(usual)), hours.after(last_taken, round(left * pace))
    if due_at is None or empty_at is None:
        return None
    is_late = hours.between(asked_at or 0, now) > slow
    expected_at = hours.after(now, round(usual)) if is_late else due_at
    if expected_at is not None and expected_at <= empty_at:
        return None
    return RunningOut(loop["loop"], oldest["signal"], oldest["card"] or "", empty_at, due_at, is_late)


def _asked_at(row: Row) -> int | None:
    """In a loop with batches the supplier is asked when the batch is released, in all others with the signal."""
    moment: int | None = row["released_at"] if row["batch"] or row["released_at"] is None else row["given_at"]
    return moment


def _lead_times(signals: Iterable[Row], hours: AllHours) -> list[int]:
    done = ((_asked_at(row), row["received_at"]) for row in signals)
    times = [hours.between(begin, end) for begin, end in done if begin is not None and end is not None]
    return times if len(times) >= ENOUGH else []


def _pace(signals: Iterable[Row], hours: AllHours) -> float | None:
    """How long a container lasts, as a rule."""
    given = sorted(row["given_at"] for row in signals if row["given_at"] is not None)[-LATEST:]
    gaps = [hours.between(*pair) for pair in pairwise(given)]
    return percentile(gaps, 0.5) if len(gaps) >= ENOUGH else None
