"""Stock, purchases, suppliers and policies over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from pullcord.line.stock_figures import StockFigures
from pullcord.web.bodies import LATEST_MS, MOST, Body, Pieces, Reason, Text, Word
from pullcord.web.callers import Operator, Planner, Viewer
from pullcord.web.deciding import Key, NeededKey, Recorded, decide, now_ms
from pullcord.web.needs import Service


class Count(Body):
    """What somebody counted. `reason`: why the record was wrong, or why it was counted."""

    counted: int = Field(ge=0, le=MOST)
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Issue(Body):
    """Pieces that lie on no card were taken. `reference`: what for."""

    quantity: Pieces
    reference: Text = ""


class Policy(Body):
    policy: Literal["lean", "buffered", "hybrid"]
    reason: Text = ""


class Order(Body):
    """`order`: its number. `due_at`: UTC milliseconds; what was agreed with the supplier unless said."""

    order: Word
    item: Word
    supplier: Word
    quantity: Pieces
    due_at: int | None = Field(None, ge=0, le=LATEST_MS)


class Receipt(Body):
    quantity: Pieces


def stock_routes(service: Service, stock: StockFigures) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["stock"])
    _reading(routes, stock)
    _items(routes, service, stock)
    _orders(routes, service, stock)
    return routes


def _reading(routes: APIRouter, stock: StockFigures) -> None:
    @routes.get("/stock")
    def items(_who: Viewer) -> list[dict[str, Any]]:
        """By item: pieces on record, reorder point and target, what is on order, accuracy by counts, turns."""
        return stock.stock(now_ms())

    @routes.get("/stock/{item}/counts")
    def counts(item: str, _who: Viewer) -> list[dict[str, Any]]:
        """What was counted, the latest first: the record then, the difference, by whom and why."""
        return stock.counts(item)

    @routes.get("/proposals")
    def proposals(_who: Viewer, every: bool = False) -> list[dict[str, Any]]:
        """What should be bought now: how many packs' pieces of what, from whom, by which part number."""
        return stock.proposals(every)

    @routes.get("/orders")
    def orders(_who: Viewer, every: bool = False) -> list[dict[str, Any]]:
        """What is on order, with what has come of it; with `every` also what is done."""
        return stock.orders(every)

    @routes.get("/suppliers")
    def suppliers(_who: Viewer) -> list[dict[str, Any]]:
        """Lead times (mean, median, 95th percentile), the share that came in time, and what is late now."""
        return stock.suppliers(now_ms())

    @routes.get("/policies")
    def policies(_who: Viewer) -> list[dict[str, Any]]:
        """By item: lean, buffered or hybrid as proposed, with reasons, and as decided."""
        return stock.policies(now_ms())


def _items(routes: APIRouter, service: Service, stock: StockFigures) -> None:
    @routes.post("/stock/{item}/counts", status_code=201)
    async def count(item: str, body: Count, who: Operator, key: Key = None) -> Recorded:
        """Correct the record by what was counted. An opened container counts as full until its card is tapped."""
        await _must_have(stock, "stock", item, "/api/stock")
        data = {"item": item, "counted": body.counted, "reason": body.reason}
        return await decide(service, who, "stock.counted", data, body.by, key)

    @routes.post("/stock/{item}/issues", status_code=201)
    async def issue(item: str, body: Issue, who: Operator, key: NeededKey) -> Recorded:
        """Take pieces that lie on no card. The same `Idempotency-Key` takes them once."""
        await _must_have(stock, "stock", item, "/api/stock")
        data = {"item": item, "quantity": body.quantity, "reference": body.reference}
        return await decide(service, who, "stock.issued", data, body.by, f"{item}/{key}")

    @routes.post("/items/{item}/policy", status_code=201)
    async def policy(item: str, body: Policy, who: Planner, key: Key = None) -> Recorded:
        """Decide on an item's policy."""
        await _must_have(stock, "stock", item, "/api/stock")
        data = {"item": item, "policy": body.policy, "reason": body.reason}
        return await decide(service, who, "item.policy", data, body.by, key)


def _orders(routes: APIRouter, service: Service, stock: StockFigures) -> None:
    @routes.post("/orders", status_code=201)
    async def place(body: Order, who: Planner, key: Key = None) -> Recorded:
        """An order was sent to a supplier; the item's proposal is closed by it."""
        await _must_have(stock, "stock", body.item, "/api/stock")
        return await decide(service, who, "order.placed", body.model_dump(exclude={"by"}), body.by, key)

    @routes.post("/orders/{order}/receipts", status_code=201)
    async def receive(order: str, body: Receipt, who: Operator, key: NeededKey) -> Recorded:
        """Goods without cards came in; containers on cards are received by their taps. Counts once for each key."""
        data = {"order": order, "quantity": body.quantity}
        return await decide(service, who, "order.received", data, body.by, f"{order}/{key}")

    @routes.post("/orders/{order}/cancel", status_code=201)
    async def cancel(order: str, body: Reason, who: Planner, key: Key = None) -> Recorded:
        """What has not come of it will not come."""
        return await decide(service, who, "order.cancelled", {"order": order, "reason": body.reason}, body.by, key)

    @routes.post("/proposals/{proposal}/drop", status_code=201)
    async def drop(proposal: str, body: Reason, who: Planner, key: Key = None) -> Recorded:
        """Nothing is bought; the next proposal comes when the stock was above the point and dips again."""
        await _must_have(stock, "proposals", proposal, "/api/proposals")
        data = {"proposal": proposal, "reason": body.reason}
        return await decide(service, who, "proposal.dropped", data, body.by, key)


async def _must_have(stock: StockFigures, what: str, name: str, see: str) -> None:
    if name not in await run_in_threadpool(stock.names, what):
        raise HTTPException(404, f"there is no {name}; see {see} for those that are")
