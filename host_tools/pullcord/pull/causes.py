"""Which late card caused which material call: from the station that called, upstream, to where the first one is late.

Judged by what was so when the call began, as known now.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pullcord.pull.measures import percentile
from pullcord.pull.sheet import Row
from pullcord.pull.sizing import ENOUGH
from pullcord.pull.worked import AllHours

MATERIAL = "material"


class LateCard(NamedTuple):
    """The oldest open signal of a loop. `late_ms`: beyond the 95th percentile of the trips before, in the loop's hours.

    `is_out`: no full container was left. `because`: what was late upstream, at the supplier's station.
    """

    loop: str
    item: str
    card: str
    signal: str
    supplier: str
    given_at: int
    late_ms: int
    is_out: bool
    because: tuple["LateCard", ...]


class Shop(NamedTuple):
    """`loops`: rows by name, `signals`: all of each loop, `hours` in which a loop counts."""

    loops: Mapping[str, Row]
    signals: Mapping[str, Sequence[Row]]
    hours: Callable[[Row], AllHours]


def late_cards(shop: Shop, station: str, at: int, seen: frozenset[str] = frozenset()) -> tuple[LateCard, ...]:
    """Of the loops that this station empties, those that were out or late, the worst first. `seen`: known already."""
    loops = [loop for name, loop in shop.loops.items() if loop["consumer"] == station and name not in seen]
    seen |= {loop["loop"] for loop in loops}
    found = [late for loop in loops if (late := _late(shop, loop, at, seen))]
    return tuple(sorted(found, key=lambda late: (not late.is_out, -late.late_ms, late.loop)))


def _late(shop: Shop, loop: Row, at: int, seen: frozenset[str]) -> LateCard | None:
    signals, hours = shop.signals.get(loop["loop"], ()), shop.hours(loop)
    away = sorted((row for row in signals if _is_away(row, at)), key=lambda row: row["given_at"])
    if not away:
        return None
    trips = [
        hours.between(row["given_at"], row["received_at"])
        for row in signals
        if row["given_at"] is not None and row["received_at"] is not None and row["received_at"] <= at
    ]
    usual = percentile(trips, 0.95) if len(trips) >= ENOUGH else None
    oldest, is_out = away[0], len(away) >= loop["total"]
    late_ms = 0 if usual is None else max(0, hours.between(oldest["given_at"], at) - round(usual))
    if not is_out and not late_ms:
        return None
    because = late_cards(shop, loop["supplier"], at, seen) if "/" in loop["supplier"] else ()
    return LateCard(
        loop["loop"], loop["item"], oldest["card"] or "", oldest["signal"], loop["supplier"], oldest["given_at"],
        late_ms, is_out, because,
    )  # fmt: skip


def _is_away(row: Row, at: int) -> bool:
    given, done = row["given_at"], row["received_at"] if row["received_at"] is not None else row["done_at"]
    return given is not None and given <= at and (done is None or done > at)
