"""The formulas of the shop floor. Each says its source; times are milliseconds, results are shares or times.

A measure that has nothing to be measured by is None: no shift, no item, no answer.
"""

from collections.abc import Hashable, Iterable, Sequence
from math import ceil
from typing import NamedTuple


def takt_ms(available_ms: int, demand: int) -> float | None:
    """Available time (planned stops are out of it) over demand."""
    return available_ms / demand if demand else None


class Oee(NamedTuple):
    """ISO 22400-2: availability = APT / PBT, effectiveness = PRI * PQ / APT, quality ratio = GQ / PQ."""

    availability: float | None
    effectiveness: float | None
    quality: float | None

    @property
    def oee(self) -> float | None:
        """Their product: the overall equipment effectiveness index."""
        if self.availability is None or self.effectiveness is None or self.quality is None:
            return None
        return self.availability * self.effectiveness * self.quality


def oee(planned_busy_ms: int, production_ms: int, item_ms: float | None, produced: int, good: int) -> Oee:
    """`production_ms`: actual production time; `item_ms`: planned run time an item; `good` of `produced` items."""
    return Oee(
        production_ms / planned_busy_ms if planned_busy_ms else None,
        item_ms * produced / production_ms if item_ms is not None and production_ms else None,
        good / produced if produced else None,
    )


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The nearest rank: the smallest value that at least `share` of all do not exceed (NIST handbook, 7.2.6.2)."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, ceil(round(share * len(ordered), 9)) - 1)]


class Slice(NamedTuple):
    """One bar of a Pareto chart. `cumulated`: the share of this one and those before it."""

    cause: Hashable
    times: int
    total_ms: int
    cumulated: float


def pareto(losses: Iterable[tuple[Hashable, int]]) -> list[Slice]:
    """Causes by the time that they took, the worst first; the more frequent first among equals."""
    sums: dict[Hashable, tuple[int, int]] = {}
    for cause, lost in losses:
        count, lost_before = sums.get(cause, (0, 0))
        sums[cause] = count + 1, lost_before + lost
    ordered = sorted(sums.items(), key=lambda item: (-item[1][1], -item[1][0], str(item[0])))
    whole = sum(lost for _, (_, lost) in ordered)
    out, before = [], 0
    for cause, (count, lost) in ordered:
        before += lost
        out.append(Slice(cause, count, lost, before / whole if whole else 1.0))
    return out


def gaps(starts_and_ends: Sequence[tuple[int | None, int | None]]) -> list[int]:
    """The lengths of those that have both, such as called -> acknowledged; never below zero."""
    return [max(0, end - start) for start, end in starts_and_ends if start is not None and end is not None]
