"""Keeps the projections up with the log while the line service runs."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from pullcord.line import database
from pullcord.line.projector import Progress, Projector
from pullcord.line.store import Store

log = logging.getLogger(__name__)

# Commands of other processes write into the log, too, and nobody tells.
LOOK_S = 1.0
TROUBLE_S = 5.0
# Receipts wait for a batch that is being folded.
BATCH = 500


class Folding:
    """`caught_up` is set when the whole log was folded for the first time.

    `in_thread` runs work where the recorder does its own, so that the two never wait for each other's lock.
    """

    def __init__(self, store: Store, projector: Projector, in_thread: Callable[..., Any]) -> None:
        self.progress = Progress(0, 0)
        self.caught_up = asyncio.Event()
        self._store = store
        self._projector = projector
        self._in_thread = in_thread
        self._news = asyncio.Event()
        self._trouble = ""

    def wake(self) -> None:
        """Something was recorded."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled; the store is open."""
        await self.keep_trying(self._projector.open)
        while True:
            self._news.clear()
            progress = await self.keep_trying(self._projector.catch_up, BATCH)
            if progress.done:
                self.caught_up.set()
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._news.wait()
                except TimeoutError:
                    continue

    def is_done(self) -> bool:
        """Whether all is in the tables that was in the log when this began."""
        return self.progress.newest > 0 and self.progress.done and not self._projector.trouble

    def status(self) -> dict[str, Any]:
        """`position` of `newest` entries are in the tables; `trouble`: by projection, why it stands still."""
        trouble = dict(self._projector.trouble)
        if self._trouble:
            trouble["database"] = self._trouble
        return {"position": self.progress.position, "newest": self.progress.newest, "trouble": trouble}

    async def keep_trying(self, work: Callable[..., Any], *args: Any) -> Any:
        """Work on the database, again until it takes it."""
        while True:
            try:
                done = await self._in_thread(work, *args)
            except DBAPIError as error:
                trouble = database.advice(error, self._store.place)
                if trouble != self._trouble:
                    log.error("projections: %s", trouble)
                self._trouble = trouble
                await asyncio.sleep(TROUBLE_S)
            else:
                self._trouble = ""
                if isinstance(done, Progress):
                    self.progress = done
                return done
