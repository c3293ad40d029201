"""How many cards a loop needs, when to order, and what stock is kept for safety.

Shares and quantities come as decimal numbers, and a rounding error of binary ones would cost a whole card (100 * 2 *
1.1 / 20 is 11, and 11.000000000000002 in floating point), so the sums are exact.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from pullcord.pull.measures import percentile

DAY_MS = 86_400_000
ENOUGH = 5
"""Round trips below this number say nothing about the slowest one in twenty."""


def number_of_cards(demand: float, lead_time: float, safety: float, quantity: float) -> int:
    """N = ceil(D * L * (1 + a) / C). `demand` a unit of time, `lead_time` in that unit, `quantity` a container.

    ValueError when a number makes no sense.
    """
    numbers = {"demand": demand, "lead time": lead_time, "safety factor": safety, "quantity": quantity}
    for name, number in numbers.items():
        if number < 0 or (name == "quantity" and number == 0):
            raise ValueError(f"{name}: {number}: must be {'above' if name == 'quantity' else 'at least'} 0")
    return ceil(_exact(demand) * _exact(lead_time) * (1 + _exact(safety)) / _exact(quantity))


def reorder_point(demand: float, lead_time: float, safety_stock: float) -> int:
    """Demand over the lead time, and the safety stock, in whole pieces."""
    return ceil(_exact(demand) * _exact(lead_time) + _exact(safety_stock))


class Sized(NamedTuple):
    """`cards` as measured, with what they were reckoned from; `why` says what was missing when `cards` is None."""

    cards: int | None
    demand_a_day: float | None
    lead_time_days: float | None
    safety: float
    quantity: int
    trips: int
    why: str


def measured(lead_times_ms: Sequence[int], observed_ms: int, safety: float, quantity: int) -> Sized:
    """Sized by what the taps said: each round trip is one container's demand; the lead time is the 95th percentile."""
    trips = len(lead_times_ms)
    slow = percentile(lead_times_ms, 0.95)
    if trips < ENOUGH or slow is None or observed_ms <= 0:
        return Sized(None, None, None, safety, quantity, trips, f"{trips} round trips; {ENOUGH} are needed")
    demand = Fraction(trips * quantity * DAY_MS, observed_ms)
    lead_time = Fraction(int(slow), DAY_MS)
    cards = ceil(demand * lead_time * (1 + _exact(safety)) / quantity)
    return Sized(cards, float(demand), float(lead_time), safety, quantity, trips, "")


def _exact(number: float) -> Fraction:
    return Fraction(str(number))
