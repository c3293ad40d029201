"""Timers of the plant: what the fold cannot know, because it reads no clock, is told to it as events."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError

from pullcord.line.figures import Figures
from pullcord.line.log import Appended, PlantEvent
from pullcord.line.loop_figures import LoopFigures
from pullcord.pull.running_out import RunningOut
from pullcord.pull.sheet import Row

log = logging.getLogger(__name__)

LOOK_S = 60.0

Append = Callable[[PlantEvent], Awaitable[Appended]]


class Timers:
    """Looks at what was folded, and writes what is due into the log, once for each cause."""

    def __init__(self, figures: Figures, append: Append, now_ms: Callable[[], int]) -> None:
        self._figures = figures
        self._append = append
        self._now_ms = now_ms

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.fire()
            except DBAPIError as error:
                log.warning("timers: the database cannot be read now: %s", error.orig)
            await asyncio.sleep(LOOK_S)

    async def fire(self) -> None:
        """What is due now."""
        now = self._now_ms()
        for event in await asyncio.to_thread(due, self._figures, now):
            await self._append(event)
        for event in await asyncio.to_thread(off_the_shelf, self._figures, now):
            await self._append(event)


def due(figures: Figures, now: int) -> list[PlantEvent]:
    """Cards that stand still, and loops that will run out: once for each move of a card, and for each signal."""
    cards, loops = LoopFigures(figures).late(now)
    return [_overdue(card, now) for card in cards] + [_runs_out(one, now) for one in loops]


def _overdue(card: Row, now: int) -> PlantEvent:
    data = {"card": card["card"], "moved_at": card["moved_at"]}
    return PlantEvent("card.overdue", now, "timer", data, f"overdue/{card['card']}/{card['moved_at']}")


def _runs_out(one: RunningOut, now: int) -> PlantEvent:
    data = one._asdict()
    is_late = data.pop("is_late")
    key = f"runs_out/{one.loop}/{one.signal}/{'late' if is_late else 'due'}"
    return PlantEvent("loop.run_out_expected", now, "timer", data, key)


def off_the_shelf(figures: Figures, now: int) -> list[PlantEvent]:
    """Shelving always ends, and the log says when."""
    return [
        PlantEvent(
            "alarm.unshelved",
            row["until"],
            "timer",
            {"station": row["station"], "category": row["category"]},
            f"unshelved/{row['shelf']}",
        )
        for row in figures.shelves()
        if row["until"] <= now
    ]
