"""Timers of the plant: what the fold cannot know, because it reads no clock, is told to it as events."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError

from pullcord.line.figures import Figures
from pullcord.line.log import PlantEvent
from pullcord.pull import overdue

log = logging.getLogger(__name__)

LOOK_S = 60.0

Append = Callable[[PlantEvent], Awaitable[int | None]]


class Timers:
    """Looks at what was folded, and writes what is due into the log, once for each time that a card stood still."""

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


def due(figures: Figures, now: int) -> list[PlantEvent]:
    paces = {loop: overdue.pace(trips) for loop, trips in figures.trips().items()}
    late = overdue.overdue(figures.cards(), paces, now)
    return [
        PlantEvent(
            "card.overdue",
            now,
            "timer",
            {"card": card["card"], "moved_at": card["moved_at"]},
            f"overdue/{card['card']}/{card['moved_at']}",
        )
        for card in late
    ]
