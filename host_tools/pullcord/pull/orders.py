"""Purchases: one proposal when the stock dips, the order that follows, and what came of it."""

from pullcord.pull.entry import Entry
from pullcord.pull.findings import Findings
from pullcord.pull.sheet import Row, Sheet


class Orders:
    """`proposals` by the entry at which the stock dipped and the item, `orders` by the number that people gave them."""

    def __init__(self, findings: Findings) -> None:
        text = dict.fromkeys(("proposal", "item", "supplier", "part_number", "order", "outcome", "closed_by"), str)
        numbers = dict.fromkeys(("quantity", "pack", "recorded", "reorder_point", "target", "at", "closed_at"), int)
        self.proposals = Sheet("proposals", ("proposal",), {**text, **numbers}, closed="closed_at")
        text = dict.fromkeys(("order", "item", "supplier", "proposal", "by", "outcome"), str)
        numbers = dict.fromkeys(("quantity", "received", "placed_at", "due_at", "received_at", "closed_at"), int)
        self.orders = Sheet("orders", ("order",), {**text, **numbers, "position": int}, closed="closed_at")
        self._findings = findings

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.proposals, self.orders

    def pending(self, item: str) -> bool:
        """Something is proposed or ordered, and not here yet."""
        return any(row["item"] == item for sheet in self.sheets for row in sheet.open())

    def propose(self, stock: Row, entry: Entry) -> None:
        """`stock`: the item's row. Up to the target, in whole packs."""
        pack = stock["pack"] or 1
        packs = -(-max(1, stock["target"] - stock["recorded"]) // pack)
        names = ("item", "supplier", "part_number", "recorded", "reorder_point", "target")
        same = {name: stock[name] for name in names}
        key = f"{entry.id}:{stock['item']}"
        row = self.proposals.row(key) | same | {"pack": pack, "quantity": packs * pack, "at": entry.at}
        self.proposals.put(row | {"closed_at": None, "outcome": None})

    def not_needed(self, item: str, entry: Entry) -> None:
        """The stock is above the point again though nobody ordered."""
        for row in self._proposed(item):
            self._close(row, "filled", entry)

    def drop(self, entry: Entry) -> None:
        row = self.proposals.get(entry.data["proposal"])
        if row is None or row["closed_at"] is not None:
            self._findings.happened("unknown_proposal", entry, {}, proposal=entry.data["proposal"])
        else:
            self._close(row, "dropped", entry)

    def place(self, entry: Entry, promised_ms: int | None) -> None:
        """An order closes the item's proposal. `promised_ms`: what was agreed, when the order names no day."""
        data = entry.data
        if self.orders.get(data["order"]) is not None:
            self._findings.happened("order_known", entry, {}, order=data["order"])
            return
        proposed = self._proposed(data["item"])
        for row in proposed:
            self._close(row | {"order": data["order"]}, "ordered", entry)
        due_at = data["due_at"]
        if due_at is None and promised_ms is not None:
            due_at = entry.at + promised_ms
        same = {name: data[name] for name in ("item", "supplier", "quantity")}
        told = {"proposal": proposed[0]["proposal"] if proposed else None, "by": entry.by, "received": 0}
        moments = {"placed_at": entry.at, "due_at": due_at, "position": entry.position}
        self.orders.put(self.orders.row(data["order"]) | same | told | moments)

    def receive(self, item: str, quantity: int, entry: Entry) -> bool:
        """Containers on cards fill the item's orders, the oldest first. True when one is complete."""
        waiting = [row for row in self.orders.open() if row["item"] == item]
        complete = False
        for order in sorted(waiting, key=lambda row: (row["placed_at"], row["position"])):
            part = min(quantity, max(0, order["quantity"] - order["received"]))
            quantity -= part
            complete = (part > 0 and self.fill(order, part, entry)) or complete
        return complete

    def fill(self, order: Row, quantity: int, entry: Entry) -> bool:
        """True when all of it has come."""
        received = order["received"] + quantity
        is_complete = received >= order["quantity"] and order["closed_at"] is None
        done = {"closed_at": entry.at, "outcome": "received"} if is_complete else {}
        self.orders.put(order | {"received": received, "received_at": entry.at} | done)
        return is_complete

    def cancel(self, entry: Entry) -> Row | None:
        order = self.orders.get(entry.data["order"])
        if order is None or order["closed_at"] is not None:
            self.unknown(entry)
            return None
        self.orders.put(order | {"closed_at": entry.at, "outcome": "cancelled"})
        return order

    def unknown(self, entry: Entry) -> None:
        self._findings.happened("unknown_order", entry, {}, order=entry.data["order"])

    def _proposed(self, item: str) -> list[Row]:
        return [row for row in self.proposals.open() if row["item"] == item]

    def _close(self, row: Row, outcome: str, entry: Entry) -> None:
        self.proposals.put(row | {"outcome": outcome, "closed_at": entry.at, "closed_by": entry.by})
