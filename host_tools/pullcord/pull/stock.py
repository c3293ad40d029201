"""Recorded stock by item: full containers, what lies beside them, and what a count put right.

The record is pieces in full containers (one that is opened counts as full until its card is tapped) and `loose` ones:
goods that came by an order and are on no card, less what was issued, plus what counts corrected. When it dips to the
item's reorder point, one purchase is proposed; the next not before that one is done and the stock was above the point.
"""

from pullcord.pull import buying, declared
from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.orders import Orders
from pullcord.pull.sheet import Row, Sheet
from pullcord.pull.stock_days import StockDays

_RULES = {"reorder_point": int, "target": int, "pack": int, "supplier": str, "part_number": str, "promised_ms": int}


class Stock:
    """`items` by item, `counts` by the entry that told a count."""

    def __init__(self, findings: Findings) -> None:
        text = dict.fromkeys(("item", "policy", "policy_by", "policy_reason"), str)
        numbers = dict.fromkeys(
            ("recorded", "loose", "counts", "hits", "errors", "counted", "counted_at", "policy_at", "ended_at"), int
        )
        columns = {**text, **_RULES, **numbers, "armed": bool}
        self.items = Sheet("stock", ("item",), columns, closed="ended_at")
        said = {"count": str, "item": str, "by": str, "reason": str}
        told = dict.fromkeys(("at", "recorded", "counted", "difference"), int)
        self.counts = Sheet("stock_counts", ("count",), {**said, **told}, closed="at")
        self.days = StockDays()
        self.orders = Orders(findings)
        self.takes = {
            "stock.counted": self._counted,
            "stock.issued": self._issued,
            "item.policy": self._policy,
            "proposal.dropped": self._dropped,
            "order.placed": self._placed,
            "order.received": self._received,
            "order.cancelled": self._cancelled,
        }

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return (self.items, self.counts, self.days.days, *self.orders.sheets)

    def declare(self, entry: Entry) -> None:
        """After the loops: their containers are counted already, so that no item seems to run out meanwhile."""
        plant = declared.read(entry.data["plant"])
        rules = buying.rules(plant)
        names = set(plant["items"]) | {loop["item"] for loop in plant["loops"].values()}
        for name in sorted(names):
            nothing = dict.fromkeys(_RULES)
            self._judge(self._row(name) | nothing | rules.get(name, {}) | {"ended_at": None}, entry)
        for row in list(self.items.open()):
            if row["item"] not in names:
                self.items.put(row | {"ended_at": entry.at})

    def pieces(self, item: str, change: int, entry: Entry) -> None:
        """Containers were filled or emptied."""
        if change:
            self._change(self._row(item), change, entry)

    def consumed(self, item: str, quantity: int, entry: Entry) -> None:
        """It left the plant, or went into another item; a move from store to line is no consumption."""
        self.days.book(item, entry, consumed=quantity)

    def delivered(self, item: str, quantity: int, entry: Entry) -> None:
        """A container came in on its card: it counts for the oldest order of the item."""
        self.days.book(item, entry, received=quantity)
        if self.orders.receive(item, quantity, entry):
            self._rearm(item, entry)

    def _counted(self, entry: Entry) -> None:
        """A person counted: the record was wrong by the difference."""
        item, counted = entry.data["item"], entry.data["counted"]
        row = self._row(item)
        difference = counted - row["recorded"]
        told = {"item": item, "by": entry.by, "reason": entry.data["reason"], "at": entry.at}
        numbers = {"recorded": row["recorded"], "counted": counted, "difference": difference}
        self.counts.put({"count": entry.id} | told | numbers)
        row |= {
            "loose": row["loose"] + difference,
            "counts": row["counts"] + 1,
            "hits": row["hits"] + (difference == 0),
            "errors": row["errors"] + abs(difference),
            "counted": row["counted"] + counted,
            "counted_at": entry.at,
        }
        self._change(row, difference, entry)

    def _issued(self, entry: Entry) -> None:
        """Loose pieces were taken from the store."""
        item, quantity = entry.data["item"], entry.data["quantity"]
        row = self._row(item)
        self.consumed(item, quantity, entry)
        self._change(row | {"loose": row["loose"] - quantity}, -quantity, entry)

    def _policy(self, entry: Entry) -> None:
        told = {"policy": entry.data["policy"], "policy_reason": entry.data["reason"]}
        self.items.put(self._row(entry.data["item"]) | told | {"policy_by": entry.by, "policy_at": entry.at})

    def _dropped(self, entry: Entry) -> None:
        self.orders.drop(entry)

    def _placed(self, entry: Entry) -> None:
        promised = self._row(entry.data["item"])
        is_usual = promised["supplier"] == entry.data["supplier"]
        self.orders.place(entry, promised["promised_ms"] if is_usual else None)

    def _received(self, entry: Entry) -> None:
        """Goods without cards came in."""
        order = self.orders.orders.get(entry.data["order"])
        if order is None:
            self.orders.unknown(entry)
            return
        item, quantity = order["item"], entry.data["quantity"]
        row = self._row(item)
        self.days.book(item, entry, received=quantity)
        self._change(row | {"loose": row["loose"] + quantity}, quantity, entry)
        if self.orders.fill(order, quantity, entry):
            self._rearm(item, entry)

    def _cancelled(self, entry: Entry) -> None:
        order = self.orders.cancel(entry)
        if order is not None:
            self._rearm(order["item"], entry)

    def _rearm(self, item: str, entry: Entry) -> None:
        """What was on its way is here, or will not come: if that is too little, it must be told again."""
        self._judge(self._row(item) | {"armed": True}, entry)

    def _row(self, item: str) -> Row:
        row = self.items.row(item)
        zeros = ("recorded", "loose", "counts", "hits", "errors", "counted")
        return row | {name: row[name] or 0 for name in zeros}

    def _change(self, row: Row, change: int, entry: Entry) -> None:
        self.days.book(row["item"], entry, moved=change)
        self._judge(row | {"recorded": row["recorded"] + change}, entry)

    def _judge(self, row: Row, entry: Entry) -> None:
        point = row["reorder_point"]
        if point is not None and row["recorded"] > point:
            row["armed"] = True
            self.orders.not_needed(row["item"], entry)
        elif point is not None and row["armed"] is not False and not self.orders.pending(row["item"]):
            row["armed"] = False
            self.orders.propose(row, entry)
        self.items.put(row)
