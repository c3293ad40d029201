"""How many cards a loop needs, when to order, and what stock is kept for safety.

Shares and quantities come as decimal numbers, and a rounding error of binary ones would cost a whole card (100 * 2 *
1.1 / 20 is 11, and 11.000000000000002 in floating point), so the sums are exact.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from pullcord.pull.measures import percentile
from pullcord.pull.worked import AllHours

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
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
    """`cards` as measured, with all that they were reckoned from; `why` says what was missing when `cards` is None.

    `demand_an_hour` and the lead times are in the loop's own `hours`: working hours, or all hours.
    """

    cards: int | None
    demand_an_hour: float | None
    lead_time_hours: float | None
    usual_lead_time_hours: float | None
    safety: float
    quantity: int
    trips: int
    hours: str
    begin: int | None
    end: int | None
    why: str


def measured(trips: Sequence[tuple[int, int]], hours: AllHours, safety: float, quantity: int) -> Sized:
    """Sized by what the taps said. `trips`: when each signal was given and filled.

    Each round trip is one container's demand; the lead time is the 95th percentile (the usual one is the median).
    """
    given = (safety, quantity, len(trips), hours.name)
    if not trips:
        return Sized(None, None, None, None, *given, None, None, f"no round trip yet; {ENOUGH} are needed")
    begin, end = min(moment for moment, _ in trips), max(moment for _, moment in trips)
    times = [hours.between(*trip) for trip in trips]
    slow, usual, observed = percentile(times, 0.95), percentile(times, 0.5), hours.between(begin, end)
    if len(trips) < ENOUGH or slow is None or usual is None or observed <= 0:
        why = f"{len(trips)} round trip{'s' * (len(trips) != 1)}; {ENOUGH} are needed"
        return Sized(None, None, None, None, *given, begin, end, why)
    demand = Fraction(len(trips) * quantity * HOUR_MS, observed)
    lead_time = Fraction(int(slow), HOUR_MS)
    cards = ceil(demand * lead_time * (1 + _exact(safety)) / quantity)
    return Sized(cards, float(demand), float(lead_time), usual / HOUR_MS, *given, begin, end, "")


def _exact(number: float) -> Fraction:
    return Fraction(str(number))
