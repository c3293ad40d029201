"""What receipts rest on: the journals as the database has them, and the epoch.

The two are one: a receipt must never say of a new epoch what was known in another. The store works in a thread of its
own, one job after the other, and what a job found out is taken over here in the same order.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from pullcord.line.claims import Claim
from pullcord.line.store import Journal, LogReplaced, Outcome, Store

log = logging.getLogger(__name__)

LOOK_S = 2.0

T = TypeVar("T")


class Ledger:
    """`due(journals)` is told whose receipts are to be sent. Methods raise SQLAlchemy's DBAPIError on trouble."""

    def __init__(self, store: Store, due: Callable[[Iterable[str]], None]) -> None:
        self.journals: dict[str, Journal] = {}
        self.epoch = 0
        self.counts = {"recorded": 0, "quarantined": 0, "holes": 0}
        self._store = store
        self._due = due
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")

    async def open(self) -> None:
        """DatabaseUnusable when it must not be written to."""
        found, self.epoch, counts = await self._run(self._opened)
        # What a backup does not know of is asked for from its first event on.
        unknown = {name: known._replace(through=0) for name, known in self.journals.items() if name not in found}
        self.journals = unknown | found
        self.counts |= counts
        self._due(self.journals)

    async def close(self) -> None:
        """Wait for the job under way, then let go of the database."""
        await asyncio.to_thread(self._thread.shutdown)
        self._store.close()

    def through(self, journal: str) -> int:
        known = self.journals.get(journal)
        return known.through if known else 0

    async def commit(self, batch: list[Any]) -> Outcome:
        outcome = await self.in_thread(self._store.commit, batch)
        self.journals |= outcome.through
        self.counts["recorded"] += len(outcome.recorded)
        self.counts["quarantined"] += len(outcome.refused)
        self._due(outcome.through)
        return outcome

    async def answer(self, path: str, claim: Claim) -> None:
        """Somebody was told what this database does not know."""
        risen, epoch = await self.in_thread(lambda: (self._store.raise_epoch(path, claim), self._store.epoch))
        if risen:
            log.warning("journal %s was receipted up to %s by a lost database: epoch %s", *claim[:2], epoch)
            self.journals.setdefault(claim.journal, risen)
            self.epoch = epoch
            self._due(self.journals)

    async def report_hole(self, journal: str, last: int, now: int) -> None:
        """The station keeps nothing up to `last` any more."""
        moved = await self.in_thread(self._store.report_hole, journal, last, now)
        if moved:
            log.warning("journal %s: events up to %s are lost, its station keeps them no more", journal, last)
            self.counts["holes"] += 1
            self.journals[journal] = moved
            self._due([journal])

    async def watch(self) -> None:
        """For ever: somebody may put a backup in the place of the log while no station has anything to send."""
        while True:
            await asyncio.sleep(LOOK_S)
            with contextlib.suppress(DBAPIError):  # whoever has something to write tells
                await self.in_thread(self._store.look)

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Work on the database, in turn with the ledger's own; again, when the log was replaced before it began."""
        while True:
            try:
                return await self._run(work, *args)
            except LogReplaced:
                await self.open()
                log.warning("a backup was put in the place of the log: epoch %s", self.epoch)

    def _opened(self) -> tuple[dict[str, Journal], int, dict[str, int]]:
        return self._store.open(), self._store.epoch, self._store.counts()

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
