"""Loops and their cards over HTTP: how they stand, and what people decide about them."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from pullcord.line.loop_figures import LoopFigures
from pullcord.pull.spans import Span
from pullcord.web.bodies import Body, Reason, Text, Uid, Word
from pullcord.web.callers import Operator, Planner, Viewer
from pullcord.web.deciding import Key, NeededKey, Recorded, decide, now_ms
from pullcord.web.needs import Service

DAY_MS = 86_400_000


class Signal(Body):
    """A pull from outside, such as a point of sale. `by` and `reference`: who pulls, and what they call it."""

    reference: Text = ""


class Replacement(Reason):
    """`full`: how the container of a lost card was found."""

    replaced_by: Uid
    full: bool = True


class Trial(Reason):
    """`card`: the one that is set aside."""

    card: Uid


class TrialEnd(Body):
    """`keep`: the loop goes on without the card. `exposed`: what the trial brought to light."""

    keep: bool
    exposed: Text = ""


class Audit(Body):
    """`audit`: its name. `loops`: those that are looked at; none: all."""

    audit: Word
    loops: list[Word] = Field(default=[], max_length=1000)


class Seen(Body):
    """A card that was read on the walk; `place`: at which station, "" when that is not to be judged."""

    card: Uid
    place: Text = ""


def loop_routes(service: Service, loops: LoopFigures) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["loops"])
    _reading(routes, loops)
    _signals(routes, service, loops)
    _cards(routes, service, loops)
    _trials(routes, service, loops)
    _audits(routes, service, loops)
    return routes


def _reading(routes: APIRouter, loops: LoopFigures) -> None:
    @routes.get("/loops")
    def every(_who: Viewer) -> list[dict[str, Any]]:
        """Every loop in force: its cards by state, open signals, and the cards that it would need as measured."""
        return loops.loops(now_ms())

    @routes.get("/loops/{loop}")
    def one(loop: str, _who: Viewer) -> dict[str, Any]:
        """One loop with its cards, open signals, latest trips and trials."""
        return _there(loops.loop(loop, now_ms()), f"loop {loop}", "/api/loops")

    @routes.get("/loops/{loop}/one-fewer")
    def one_fewer(loop: str, _who: Viewer) -> dict[str, Any]:
        """Its recorded history with one card fewer: the stock-outs that there were, and those that this would add."""
        return _there(loops.one_fewer(loop, now_ms()), f"loop {loop}", "/api/loops")

    @routes.get("/queues")
    def queues(_who: Viewer) -> dict[str, list[dict[str, Any]]]:
        """By supplier, the signals to work, in the order in which they were given."""
        return loops.queues()

    @routes.get("/findings")
    def findings(_who: Viewer, every: bool = False) -> list[dict[str, Any]]:
        """What does not add up, the latest first; with `every` also what is over."""
        return loops.findings(every)

    @routes.get("/material-calls")
    def material(_who: Viewer, days: Annotated[int, Query(ge=1, le=31)] = 1) -> list[dict[str, Any]]:
        """Calls for material of the last `days`, each with the cards that were late then, and why they were."""
        now = now_ms()
        return loops.material_calls(Span(now - days * DAY_MS, now))


def _signals(routes: APIRouter, service: Service, loops: LoopFigures) -> None:
    @routes.post("/loops/{loop}/signals", status_code=201)
    async def give(loop: str, signal: Signal, who: Operator, key: NeededKey) -> Recorded:
        """Pull one container of a loop from outside. The same `Idempotency-Key` pulls once, sent however often."""
        await _must_have(loops, "loops", loop, "/api/loops")
        data = {"loop": loop, "reference": signal.reference}
        return await decide(service, who, "signal.given", data, signal.by, f"{loop}/{key}")

    @routes.post("/signals/{signal}/start", status_code=201)
    async def start(signal: str, body: Body, who: Operator, key: Key = None) -> Recorded:
        """The supplier begins with a signal: its card is in process from now on."""
        return await decide(service, who, "signal.started", {"signal": signal}, body.by, key)


def _cards(routes: APIRouter, service: Service, loops: LoopFigures) -> None:
    async def about(kind: str, card: str, body: Reason, who: Operator, key: str | None, **more: Any) -> Recorded:
        await _must_have(loops, "cards", card, "/api/loops/LOOP")
        return await decide(service, who, kind, {"card": card, "reason": body.reason, **more}, body.by, key)

    @routes.post("/cards/{card}/hold", status_code=201)
    async def hold(card: str, body: Reason, who: Operator, key: Key = None) -> Recorded:
        """A defect: the container stays where it is, and that is no signal."""
        return await about("container.held", card, body, who, key)

    @routes.post("/cards/{card}/release", status_code=201)
    async def release(card: str, body: Reason, who: Operator, key: Key = None) -> Recorded:
        """The container is good: it goes on as it was."""
        return await about("container.released", card, body, who, key)

    @routes.post("/cards/{card}/lost", status_code=201)
    async def lost(card: str, body: Reason, who: Operator, key: Key = None) -> Recorded:
        """The card is nowhere to be found: its open signal will not be filled."""
        return await about("card.lost", card, body, who, key)

    @routes.post("/cards/{card}/retire", status_code=201)
    async def retire(card: str, body: Reason, who: Planner, key: Key = None) -> Recorded:
        """The loop goes on without this card."""
        return await about("card.retired", card, body, who, key)

    @routes.post("/cards/{card}/replace", status_code=201)
    async def replace(card: str, body: Replacement, who: Planner, key: Key = None) -> Recorded:
        """Another card goes round in its place. Put it into the plant file too, so that stations know it."""
        return await about("card.replaced", card, body, who, key, replaced_by=body.replaced_by, full=body.full)


def _trials(routes: APIRouter, service: Service, loops: LoopFigures) -> None:
    @routes.get("/trials")
    def trials(_who: Viewer) -> list[dict[str, Any]]:
        """Loops that were tried with one card fewer, the latest first, with what came of it."""
        return loops.trials()

    @routes.post("/loops/{loop}/trials", status_code=201)
    async def begin(loop: str, trial: Trial, who: Planner, key: Key = None) -> Recorded:
        """Set one card of the loop aside, to see what that exposes. `trials` gives its id, by which it ends."""
        await _must_have(loops, "loops", loop, "/api/loops")
        data = {"loop": loop, "card": trial.card, "reason": trial.reason}
        return await decide(service, who, "trial.started", data, trial.by, key)

    @routes.post("/trials/{trial}/end", status_code=201)
    async def end(trial: str, body: TrialEnd, who: Planner, key: Key = None) -> Recorded:
        """Take the card out for good, or bring it back."""
        await _must_have(loops, "trials", trial, "/api/trials")
        data = {"trial": trial, "keep": body.keep, "exposed": body.exposed}
        return await decide(service, who, "trial.ended", data, body.by, key)


def _audits(routes: APIRouter, service: Service, loops: LoopFigures) -> None:
    @routes.get("/audits")
    def audits(_who: Viewer) -> list[dict[str, Any]]:
        """Walks round with a reader, the latest first: cards that were right, in the wrong place, unknown, missing."""
        return loops.audits()

    @routes.post("/audits", status_code=201)
    async def begin(audit: Audit, who: Operator, key: Key = None) -> Recorded:
        """Begin to walk round."""
        data = {"audit": audit.audit, "loops": {"names": audit.loops}}
        return await decide(service, who, "audit.started", data, audit.by, key)

    @routes.post("/audits/{audit}/cards", status_code=201)
    async def seen(audit: str, card: Seen, who: Operator, key: Key = None) -> Recorded:
        """A card was read."""
        data = {"audit": audit, "card": card.card, "place": card.place}
        return await decide(service, who, "audit.seen", data, card.by, key)

    @routes.post("/audits/{audit}/end", status_code=201)
    async def end(audit: str, body: Body, who: Operator, key: Key = None) -> Recorded:
        """The walk is over: what was not seen is missing."""
        return await decide(service, who, "audit.ended", {"audit": audit}, body.by, key)


async def _must_have(loops: LoopFigures, what: str, name: str, see: str) -> None:
    known: Container[str] = await run_in_threadpool(loops.names, what)
    if name not in known:
        raise HTTPException(404, f"there is no {what.removesuffix('s')} {name}; see {see} for those that are")


def _there(found: dict[str, Any] | None, what: str, see: str) -> dict[str, Any]:
    if found is None:
        raise HTTPException(404, f"there is no {what}; see {see} for those that are")
    return found
