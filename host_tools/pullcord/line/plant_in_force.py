"""Follows the log: when a plant file is put in force, by whomever, the stations get what is made of it."""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from pullcord.line.log_reader import LogReader, News
from pullcord.line.plant_history import DECLARED
from pullcord.plant import boards as board_profiles
from pullcord.plant.problems import PlantError
from pullcord.plant.version import Version, version

log = logging.getLogger(__name__)

LOOK_S = 1.0

class InForce(NamedTuple):
    """A version of the plant file, with the position at which it was put in force."""

    position: int
    version: Version


class PlantInForce:
    """`current` is what `tell` was told of; `trouble` says why it is not what the log says."""

    def __init__(self, reader: LogReader, tell: Callable[[InForce], None]) -> None:
        self.current: InForce | None = None
        self.trouble = ""
        self._reader = reader
        self._news = News(reader, [DECLARED])
        self._number = 0
        self._tell = tell
        self._due = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; the database is there."""
        while True:
            self._due.clear()
            try:
                await self.look()
            except DBAPIError as error:
                log.warning("the plant file in force cannot be read now: %s", error.orig)
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._due.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """What is in force now."""
        found = await asyncio.to_thread(self._newest)
        if found is not None:
            self.current = found
            self._tell(found)

    def wake(self) -> None:
        """Something was put in force just now."""
        self._due.set()

    def _newest(self) -> InForce | None:
        """None when there is nothing new, or nothing that can be read."""
        anew, entries = self._news.fetch()
        if not entries:
            return None
        self._number = len(entries) + (0 if anew else self._number)
        filed = self._reader.plant_file(entries[-1].data.get("file") or "")
        if filed is None:
            self.trouble = "it was put in force without its file: `pullcord plant apply` does it with one"
            return None
        try:
            made = version(*filed, board_profiles.load(), self._number)
        except PlantError as error:
            self.trouble = f"this version of pullcord does not take it: {error}"
            log.error("the plant file in force: %s", self.trouble)
            return None
        self.trouble = ""
        return InForce(entries[-1].position, made)
