"""Cards that did not move for far longer than their loop takes: lost, forgotten, or with a loop that stands still."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from pullcord.pull.loops import OUT
from pullcord.pull.measures import percentile
from pullcord.pull.sheet import Row
from pullcord.pull.sizing import ENOUGH
from pullcord.pull.worked import AllHours

FAR_LONGER = 3
"""Times the 95th percentile of what was measured."""


class Pace(NamedTuple):
    """The slow side of a loop, in its own `hours`: from signal to receipt, and full until the next signal.

    None: not known yet.
    """

    away_ms: float | None
    full_ms: float | None
    hours: AllHours


def pace(trips: Iterable[Row], hours: AllHours) -> Pace:
    """From the finished signals of one loop."""
    done = [trip for trip in trips if trip["given_at"] is not None and trip["received_at"] is not None]
    by_card: dict[str, list[Row]] = {}
    for trip in sorted(done, key=lambda trip: trip["given_at"]):
        by_card.setdefault(trip["card"], []).append(trip)
    away = [hours.between(trip["given_at"], trip["received_at"]) for trip in done]
    full = [
        hours.between(earlier["received_at"], later["given_at"])
        for card, trips_of_it in by_card.items()
        if card
        for earlier, later in pairwise(trips_of_it)
    ]
    away_ms, full_ms = (percentile(times, 0.95) if len(times) >= ENOUGH else None for times in (away, full))
    return Pace(away_ms, full_ms, hours)


def overdue(cards: Iterable[Row], paces: Mapping[str, Pace], now: int) -> list[Row]:
    """The cards that should have moved by now. Those on hold, lost or out are not expected to."""
    out = []
    for card in cards:
        known = paces.get(card["loop"])
        if known is None or card["state"] in ("on_hold", *OUT) or card["tapped_at"] is None:
            continue
        usual = known.full_ms if card["state"] == "full" else known.away_ms
        if usual is not None and known.hours.between(card["moved_at"], now) > FAR_LONGER * usual:
            out.append(card)
    return out
