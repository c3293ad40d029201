"""Lowering the water: what one card fewer would have done in the loop's own recorded history.

The replay keeps when containers were emptied and how long each was away. A container that is to be emptied while none
is full waits for the next one that comes back. With as many cards as there were, it gives the stock-outs that were.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from pullcord.pull.sheet import Row
from pullcord.pull.sizing import ENOUGH
from pullcord.pull.spans import Span, merged, total, without

NEVER = 2**62


class Trip(NamedTuple):
    """A container was emptied, and one came back; `back` None: it is still away."""

    left: int
    back: int | None


class Lowered(NamedTuple):
    """`stock_outs` as they were, `fewer` with one card less, `added` what that adds; times in milliseconds.

    `proposed`: how many cards to try it with; None where there is nothing to try, and `why` says so.
    """

    cards: int
    proposed: int | None
    trips: int
    begin: int | None
    end: int
    stock_outs: list[Span]
    fewer: list[Span]
    added: list[Span]
    added_ms: int
    why: str


def trips_of(signals: Iterable[Row]) -> list[Trip]:
    """From the signals of one loop. One that was cancelled is over when it was: its card went out of the loop."""
    out = []
    for row in signals:
        left = row["given_at"] if row["given_at"] is not None else row["shipped_at"]
        back = row["received_at"] if row["received_at"] is not None else row["done_at"]
        if left is not None:
            out.append(Trip(left, back if back is None else max(left, back)))
    return sorted(out)


def stock_outs(trips: Sequence[Trip], cards: int, end: int) -> list[Span]:
    """When no full container was left, with so many cards that were all full at the beginning."""
    coming: list[int] = []
    found: list[Span] = []
    for trip in sorted(trips):
        moment = trip.left
        while coming and coming[0] <= moment:
            heappop(coming)
        if len(coming) == cards:
            moment = heappop(coming)
            if moment >= end:
                break  # what is asked for from here on would have had to wait for longer than is known
        heappush(coming, NEVER if trip.back is None else moment + trip.back - trip.left)
        if len(coming) == cards:
            found.append(Span(moment, min(coming[0], end)))
    return merged(found)


def one_fewer(loop: Row, signals: Iterable[Row], end: int) -> Lowered:
    """What to say about taking one card out of the loop. `loop`: its row, `signals`: all of its, `end`: now."""
    trips, cards = trips_of(signals), loop["total"]
    begin = trips[0].left if trips else None
    were = stock_outs(trips, cards, end)
    fewer = stock_outs(trips, cards - 1, end) if cards > 1 else []
    added = without(fewer, were)
    why = _objection(loop, len(trips))
    if not why:
        why = "it would have run out" if added else "no stock-out in all of its history"
        return Lowered(cards, cards - 1, len(trips), begin, end, were, fewer, added, total(added), why)
    return Lowered(cards, None, len(trips), begin, end, were, fewer, added, total(added), why)


def _objection(loop: Row, trips: int) -> str:
    if loop["total"] < 2:
        return "a loop needs a card"
    if loop["kind"] == "two-bin":
        return "a two-bin loop has two"
    if loop["kind"] == "signal" and loop["batch"] and loop["total"] - 1 < loop["batch"]:
        return f"its batch of {loop['batch']} would never come together"
    if trips < ENOUGH:
        return f"{trips} round trip{'s' * (trips != 1)}; {ENOUGH} are needed"
    return ""
