"""Cards that stations must answer otherwise than the plant file says: held, set aside, taken out, or replaced."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from pullcord.line.figures import Figures
from pullcord.line.updates import CardRow
from pullcord.pull.kanban import Kanban

log = logging.getLogger(__name__)

LOOK_S = 2.0
BEHIND = 1_000
AT_STATIONS = {"on_hold": "hold", "set_aside": "hold", "retired": "retired"}
"""A lost card stays as it was: whoever finds it must be able to tap it."""


class Decided(NamedTuple):
    """`states` by uid in the words of a card table; `replaced`: which card goes round in the place of which."""

    states: dict[str, str]
    replaced: dict[str, str]


NOTHING = Decided({}, {})


def decided(figures: Figures) -> Decided | None:
    """None while too little of the log is folded to say."""
    if figures.behind(Kanban.name) > BEHIND:
        return None
    table = figures.table("cards")
    rows = figures.rows("cards", table.c.state.in_(AT_STATIONS))
    states = {row["card"]: AT_STATIONS[row["state"]] for row in rows}
    return Decided(states, {row["card"]: row["replaced_by"] for row in rows if row["replaced_by"]})


def as_decided(cards: Iterable[CardRow], known: Decided) -> list[CardRow]:
    """The card table of a station, by uid. A card of the plant file that was replaced brings in its successor."""
    out: dict[str, CardRow] = {}
    for uid, loop, here, state in cards:
        out[uid] = (uid, loop, here, known.states.get(uid, state))
        newest = uid
        while newest in known.replaced:
            newest = known.replaced[newest]
        if newest != uid:
            out.setdefault(newest, (newest, loop, here, known.states.get(newest, state)))
    return [out[uid] for uid in sorted(out)]


class CardStates:
    """Follows what was folded; `changed()` is called when stations need other tables.

    While the tables are made anew, what was known before still holds.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._known = NOTHING
        self._changed = changed

    def table(self, cards: Iterable[CardRow]) -> list[CardRow]:
        return as_decided(cards, self._known)

    async def run(self, figures: Figures) -> None:
        """Until cancelled."""
        while True:
            await self.look(figures)
            await asyncio.sleep(LOOK_S)

    async def look(self, figures: Figures) -> None:
        try:
            known = await asyncio.to_thread(decided, figures)
        except DBAPIError as error:
            log.warning("cards: the database cannot be read now: %s", error.orig)
            return
        if known is not None and known != self._known:
            self._known = known
            self._changed()
