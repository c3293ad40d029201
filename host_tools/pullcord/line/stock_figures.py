"""Stock, purchases, suppliers and policies, as the log has them."""

from collections.abc import Iterable
from typing import Any

from pullcord.line.figures import Figures
from pullcord.pull import buying, policy, suppliers
from pullcord.pull.measures import percentile
from pullcord.pull.sheet import Row
from pullcord.pull.spans import Span
from pullcord.pull.stock_days import DAY_MS, turns
from pullcord.pull.suppliers import Delivery

WEEK_MS = 7 * DAY_MS
WEEKS = 26
TURNS_DAYS = 90


class StockFigures:
    """Methods block; SQLAlchemy's DBAPIError when the database cannot be read."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def stock(self, now: int) -> list[dict[str, Any]]:
        """By item: the record, its accuracy, what is ordered, and its turns over the last 90 days."""
        days, orders = self._days(), self._open("orders")
        today = now - now % DAY_MS
        table = self._figures.table("stock")
        out = []
        for row in sorted(self._figures.rows("stock", table.c.ended_at.is_(None)), key=lambda row: row["item"]):
            own = days.get(row["item"], [])
            begin = max(today - TURNS_DAYS * DAY_MS, min((day["day"] for day in own), default=today))
            turned = turns(own, Span(begin, now))._asdict() if begin < now else None
            ordered = sum(max(0, one["quantity"] - one["received"]) for one in orders if one["item"] == row["item"])
            out.append(row | {"ordered": ordered, "accuracy": accuracy(row), "turns": turned})
        return out

    def counts(self, item: str | None = None) -> list[dict[str, Any]]:
        """The latest first."""
        table = self._figures.table("stock_counts")
        rows = self._figures.rows("stock_counts", *(() if item is None else (table.c.item == item,)))
        return sorted(rows, key=lambda row: -row["at"])

    def proposals(self, every: bool = False) -> list[dict[str, Any]]:
        """What should be bought now, or `every` proposal; the oldest first."""
        rows = self._figures.rows("proposals") if every else self._open("proposals")
        return sorted(rows, key=lambda row: row["at"])

    def orders(self, every: bool = False) -> list[dict[str, Any]]:
        """What is on order, or `every` order; the oldest first."""
        rows = self._figures.rows("orders") if every else self._open("orders")
        return sorted(rows, key=lambda row: row["placed_at"])

    def suppliers(self, now: int) -> list[dict[str, Any]]:
        """Those in the plant file, and those that delivered: `suppliers.reliability` of each."""
        plant, deliveries = self._figures.plant(), self._deliveries()
        return [
            {
                "supplier": name,
                "name": plant["suppliers"].get(name, {}).get("name", name),
                "agreed_days": plant["suppliers"].get(name, {}).get("lead_time_days"),
                "items": sorted(plant["suppliers"].get(name, {}).get("items", {})),
            }
            | _told(suppliers.reliability(deliveries.get(name, []), now))
            for name in sorted({*plant["suppliers"], *deliveries})
        ]

    def policies(self, now: int) -> list[dict[str, Any]]:
        """By item: what is proposed with its reasons, what was decided, by whom and when."""
        plant, days, deliveries = self._figures.plant(), self._days(), self._deliveries()
        table = self._figures.table("stock")
        out = []
        for row in sorted(self._figures.rows("stock", table.c.ended_at.is_(None)), key=lambda row: row["item"]):
            item = plant["items"].get(row["item"])
            facts = _facts(plant, row, item, days.get(row["item"], []), deliveries, now)
            decided = {name: row[name] for name in ("policy", "policy_by", "policy_reason", "policy_at")}
            if decided["policy"] is None and item is not None and item["policy"]:
                decided |= {"policy": item["policy"], "policy_by": "plant file"}
            found = policy.propose(facts)
            reasons = [reason._asdict() for reason in found.reasons]
            proposed = {"proposed": found.policy, "points": found.points, "reasons": reasons, "missing": found.missing}
            out.append({"item": row["item"]} | decided | proposed)
        return out

    def names(self, what: str) -> set[str]:
        """Of the items in `stock`, or the `proposals` that there are."""
        (key,) = self._figures.table(what).primary_key.columns
        return {row[key.name] for row in self._figures.rows(what)}

    def _days(self) -> dict[str, list[Row]]:
        out: dict[str, list[Row]] = {}
        for row in self._figures.rows("stock_days"):
            out.setdefault(row["item"], []).append(row)
        return out

    def _deliveries(self) -> dict[str, list[Delivery]]:
        """By supplier: orders, and containers that cards asked for."""
        out: dict[str, list[Delivery]] = {}
        for row in self._figures.rows("orders"):
            if row["outcome"] != "cancelled":
                out.setdefault(row["supplier"], []).append(suppliers.of_order(row))
        plant = self._figures.plant()
        loops = {row["loop"]: row for row in self._figures.rows("loops") if "/" not in row["supplier"]}
        table = self._figures.table("signals")
        for row in self._figures.rows("signals", table.c.loop.in_(loops)):
            loop = loops[row["loop"]]
            agreed = buying.lead_time_days(plant, loop["supplier"], loop["item"])
            delivery = suppliers.of_signal(row, loop["item"], agreed)
            if delivery is not None:
                out.setdefault(loop["supplier"], []).append(delivery)
        return out

    def _open(self, name: str) -> list[Row]:
        return self._figures.rows(name, self._figures.table(name).c.closed_at.is_(None))


def accuracy(row: Row) -> dict[str, Any]:
    """Of an item's record, by its counts: the share of counts that found it right, and of pieces that it had right."""
    counts, counted = row["counts"], row["counted"]
    return {
        "counts": counts,
        "right": row["hits"] / counts if counts else None,
        "pieces": max(0.0, 1 - row["errors"] / counted) if counted else None,
    }


def _facts(
    plant: dict[str, Any],
    row: Row,
    item: dict[str, Any] | None,
    days: Iterable[Row],
    deliveries: dict[str, list[Delivery]],
    now: int,
) -> policy.Facts:
    known = item or {"week_without": None, "price": None, "risks": []}
    offers = buying.offers(plant, row["item"])
    measured = [
        (one.here_at - one.asked_at) / DAY_MS
        for several in deliveries.values()
        for one in several
        if one.item == row["item"] and one.here_at is not None
    ]
    agreed = (buying.lead_time_days(plant, name, row["item"]) for name in offers)
    known_days = [one for one in agreed if one is not None]
    lead_time = percentile(measured, 0.95) if measured else min(known_days, default=None)
    price = known["price"] if known["price"] is not None else _cheapest(offers)
    weeks = _weeks(days, now)
    return policy.Facts(known["week_without"], price, weeks, len(offers), lead_time, known["risks"])


def _cheapest(offers: dict[str, dict[str, Any]]) -> float | None:
    return min((offer["price"] for offer in offers.values() if offer["price"] is not None), default=None)


def _weeks(days: Iterable[Row], now: int) -> list[int]:
    """Consumption of each whole week back from today, the oldest first, as far as anything was recorded."""
    rows = list(days)
    today = now - now % DAY_MS
    first = min((row["day"] for row in rows), default=today)
    count = min(WEEKS, (today - first) // WEEK_MS)
    begins = [today - (count - n) * WEEK_MS for n in range(count)]
    return [sum(row["consumed"] for row in rows if begin <= row["day"] < begin + WEEK_MS) for begin in begins]


def _told(found: suppliers.Reliability) -> dict[str, Any]:
    return found._asdict() | {"late": [one._asdict() for one in found.late]}
