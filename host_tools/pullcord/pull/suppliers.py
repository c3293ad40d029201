"""How reliable a supplier is: how long deliveries take, how many came in time, what is late now."""

from collections.abc import Iterable
from statistics import mean
from typing import Any, NamedTuple

from pullcord.pull.measures import percentile
from pullcord.pull.sheet import Row

DAY_MS = 86_400_000


class Delivery(NamedTuple):
    """One order, or one container asked for by a card. `due_at`: what was agreed; `here_at` None: it is on its way."""

    what: str
    item: str
    asked_at: int
    due_at: int | None
    here_at: int | None


class Reliability(NamedTuple):
    """Lead times in days, all hours. `on_time`: the share of those that were due; one that is late now was due.

    `late`: those that should be here now, the longest overdue first.
    """

    delivered: int
    on_the_way: int
    mean_days: float | None
    p50_days: float | None
    p95_days: float | None
    on_time: float | None
    late: list[Delivery]


def of_order(row: Row) -> Delivery:
    return Delivery(row["order"], row["item"], row["placed_at"], row["due_at"], row["closed_at"])


def of_signal(row: Row, item: str, lead_time_days: float | None) -> Delivery | None:
    """None for a signal that never reached the supplier."""
    asked_at = row["released_at"] if row["given_at"] is None or row["batch"] else row["given_at"]
    if asked_at is None or (row["done_at"] is not None and row["received_at"] is None):
        return None
    due_at = None if lead_time_days is None else asked_at + round(lead_time_days * DAY_MS)
    return Delivery(row["card"] or row["signal"], item, asked_at, due_at, row["received_at"])


def reliability(deliveries: Iterable[Delivery], now: int) -> Reliability:
    known: list[Delivery] = list(deliveries)
    days = [(one.here_at - one.asked_at) / DAY_MS for one in known if one.here_at is not None]
    late = [one for one in known if one.here_at is None and one.due_at is not None and one.due_at < now]
    due: list[Any] = [one for one in known if one.due_at is not None and (one.here_at is not None or one.due_at < now)]
    in_time = [one for one in due if one.here_at is not None and one.here_at <= one.due_at]
    return Reliability(
        len(days),
        sum(one.here_at is None for one in known),
        mean(days) if days else None,
        percentile(days, 0.5),
        percentile(days, 0.95),
        len(in_time) / len(due) if due else None,
        sorted(late, key=lambda one: one.due_at or 0),
    )
