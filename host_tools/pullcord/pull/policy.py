"""Lean, buffered or hybrid: what is proposed for an item, and why. A person decides.

Three questions: what would a week without it cost, how unsteady is its demand, how risky its supply? Demand is unsteady
by its coefficient of variation, with the usual limits of an XYZ analysis (X below 0.5, Y below 1, Z above).
"""

from collections.abc import Sequence
from statistics import mean, pstdev
from typing import NamedTuple

UNSTEADY, ERRATIC = 0.5, 1.0
LONG_DAYS = 28.0
DEAR = 10.0
"""Times what a week's demand of it costs: then a stop is far dearer than a shelf."""
ENOUGH_WEEKS = 4
HYBRID_FROM, BUFFERED_FROM = 2, 4


class Facts(NamedTuple):
    """None: not known. `consumed`: pieces by week; `price` of a piece; `risks`: as declared in the plant file."""

    week_without: float | None
    price: float | None
    consumed: Sequence[int]
    suppliers: int
    lead_time_days: float | None
    risks: Sequence[str] = ()


class Reason(NamedTuple):
    """`points` towards a buffer; 0 is a reason for lean."""

    why: str
    points: int


class Proposal(NamedTuple):
    """`policy`: lean, hybrid (cards and a safety stock) or buffered. `missing`: what would be worth knowing."""

    policy: str
    points: int
    reasons: list[Reason]
    missing: list[str]


def propose(facts: Facts) -> Proposal:
    found = [_cost(facts), _variability(facts.consumed), *_supply(facts)]
    reasons = [one for one in found if isinstance(one, Reason)]
    points = sum(reason.points for reason in reasons)
    policy = "buffered" if points >= BUFFERED_FROM else "hybrid" if points >= HYBRID_FROM else "lean"
    return Proposal(policy, points, reasons, [one for one in found if isinstance(one, str)])


def _cost(facts: Facts) -> Reason | str:
    if facts.week_without is None:
        return "week_without: what a week without it would cost"
    if not facts.week_without:
        return Reason("a week without it would cost nothing", 0)
    if facts.price is None or not facts.consumed:
        return Reason(f"a week without it would cost {facts.week_without:,.0f}", 2)
    worth = mean(facts.consumed) * facts.price
    points = 2 if facts.week_without > DEAR * worth else 0
    return Reason(f"a week without it would cost {facts.week_without:,.0f}, a week's demand {worth:,.0f}", points)


def _variability(consumed: Sequence[int]) -> Reason | str:
    if len(consumed) < ENOUGH_WEEKS or not sum(consumed):
        return f"demand by week: {len(consumed)} weeks are recorded, {ENOUGH_WEEKS} are needed"
    variation = pstdev(consumed) / mean(consumed)
    points = 2 if variation > ERRATIC else 1 if variation > UNSTEADY else 0
    how = ("steady", "unsteady", "erratic")[points]
    return Reason(f"demand is {how}: coefficient of variation {variation:.2f} over {len(consumed)} weeks", points)


def _supply(facts: Facts) -> list[Reason | str]:
    out: list[Reason | str] = []
    if facts.suppliers == 1 or "single_source" in facts.risks:
        out.append(Reason("one supplier only", 1))
    elif facts.suppliers > 1:
        out.append(Reason(f"{facts.suppliers} suppliers", 0))
    days = facts.lead_time_days
    if "long_lead_time" in facts.risks or (days is not None and days > LONG_DAYS):
        out.append(Reason("long lead time" + (f": {days:.0f} days" if days is not None else ""), 1))
    elif days is not None:
        out.append(Reason(f"lead time of {days:.1f} days", 0))
    elif facts.suppliers:
        out.append("lead_time_days of its supplier")
    if "seasonal" in facts.risks:
        out.append(Reason("seasonal", 1))
    return out
