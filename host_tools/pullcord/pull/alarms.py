"""Is it still a person who is called, or a storm? ANSI/ISA-18.2-2016, 16.5, with the limits of its examples.

A responder manages about one alarm in ten minutes and at most two; 12 in an hour are the limit. Ten in ten minutes are
a flood, which lasts until a window of ten minutes has fewer than five. A source that calls three times within a minute
chatters.
"""

from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

HOUR_MS = 3_600_000
MANAGEABLE_AN_HOUR = 12
WINDOW_MS = 600_000
FLOOD_FROM = 10
FLOOD_BELOW = 5
CHATTER_MS = 60_000
CHATTER_FROM = 3


class Flood(NamedTuple):
    """`end` is None while it lasts. `alarms`: all in it; `peak`: the most in ten minutes."""

    begin: int
    end: int | None
    alarms: int
    peak: int


def floods(moments: Iterable[int], until: int) -> list[Flood]:
    """Those of one responder up to `until`."""
    out: list[Flood] = []
    window: deque[int] = deque()
    for moment in [*sorted(m for m in moments if m <= until), None]:
        now = until if moment is None else moment
        while window and window[0] <= now - WINDOW_MS:
            left = window.popleft()
            if out and out[-1].end is None and len(window) < FLOOD_BELOW:
                out[-1] = out[-1]._replace(end=left + WINDOW_MS)
        if moment is None:
            break
        window.append(moment)
        if out and out[-1].end is None:
            out[-1] = out[-1]._replace(alarms=out[-1].alarms + 1, peak=max(out[-1].peak, len(window)))
        elif len(window) >= FLOOD_FROM:
            out.append(Flood(window[0], None, len(window), len(window)))
    return out


def too_many_an_hour(moments: Iterable[int]) -> dict[int, int]:
    """The hours (their beginnings, UTC) with more than a person can manage, and how many they had."""
    hours = Counter(moment - moment % HOUR_MS for moment in moments)
    return {hour: count for hour, count in sorted(hours.items()) if count > MANAGEABLE_AN_HOUR}


def chattering(alarms: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sources that called at least three times within a minute, and how many of their alarms did."""
    by_source: dict[str, list[int]] = {}
    for source, moment in sorted(alarms, key=lambda alarm: alarm[1]):
        by_source.setdefault(source, []).append(moment)
    return {source: count for source, moments in sorted(by_source.items()) if (count := _in_bursts(moments))}


def _in_bursts(moments: list[int]) -> int:
    chatter: set[int] = set()
    for index in range(len(moments) - CHATTER_FROM + 1):
        if moments[index + CHATTER_FROM - 1] - moments[index] < CHATTER_MS:
            chatter.update(range(index, index + CHATTER_FROM))
    return len(chatter)


class Health(NamedTuple):
    """For the calls of one shift; `few`: far fewer calls than usual, which is a warning and no success."""

    calls: int
    usual: float | None
    few: bool
    many: bool


def pulls_of_a_shift(count: int, earlier: Iterable[int]) -> Health:
    """Against the mean of the same shift on earlier days: less than half, or more than double, stands out."""
    known = list(earlier)
    if len(known) < 5:
        return Health(count, None, few=False, many=False)
    usual = sum(known) / len(known)
    return Health(count, usual, few=count < usual / 2, many=count > usual * 2)
