"""The link in a message: whoever has the phone in hand takes the call, once, without signing in.

The token in it is the only key. It is good for one call and one answer, and for hours, not days; what is kept of it is
its SHA-256. Looking at the link does nothing: mail programs and messengers look at every link before people do.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError

from pullcord.line import notifier
from pullcord.line.board import BoardState
from pullcord.line.figures import Figures
from pullcord.line.log import Appended, PlantEvent
from pullcord.pull.escalation import CALLED

log = logging.getLogger(__name__)

Append = Callable[[PlantEvent], Awaitable[Appended]]
Command = Callable[..., Awaitable[dict[str, Any]]]

UNKNOWN = "This link is not known here. It may be cut off: open it again from the message."
EXPIRED = "This link is too old. Look at the board."
USED = "This link was used already, by whoever had the message first."
OVER = "Nobody has to come any more: the call is over."
NO_ANSWER = "The station did not answer. The link is still good: try again, or go and press the button there."


class Look(NamedTuple):
    """`open`: taking it makes sense now. `what`: the call in words; `why`: what there is to say instead."""

    open: bool
    what: str = ""
    why: str = ""


class Links:
    """What the pages behind the links need."""

    def __init__(
        self, board: BoardState, figures: Figures, append: Append, command: Command, now_ms: Callable[[], int]
    ) -> None:
        self._board = board
        self._figures = figures
        self._append = append
        self._command = command
        self._now_ms = now_ms

    async def look(self, token: str) -> Look:
        """What the link is for. SQLAlchemy's DBAPIError when the database cannot be read."""
        row = await self._row(token)
        return Look(False, why=UNKNOWN) if row is None else self._judge(row)

    async def take(self, token: str) -> Look:
        """Take the call: the station is told, as by a button. The link is used up when the station has done it."""
        row = await self._row(token)
        look = Look(False, why=UNKNOWN) if row is None else self._judge(row)
        if row is None or not look.open:
            return look
        answer = await self._command(row["station"], "acknowledge", row["call"], row["role"][:40])
        if answer["result"] != "done":
            return look._replace(why=NO_ANSWER if answer["result"].startswith("no ") else answer["why"] or OVER)
        data = {"notice": row["notice"], "call": row["call"], "result": answer["result"]}
        used = PlantEvent("notice.answered", self._now_ms(), row["role"], data, f"answered/{row['digest']}")
        try:
            await self._append(used)
        except DBAPIError as error:
            # The call is taken; a second look sees that at the station's state.
            log.warning("that %s was answered could not be recorded: %s", row["notice"], error.orig)
        return look._replace(open=False, why="You have it.")

    async def _row(self, token: str) -> dict[str, Any] | None:
        return await asyncio.to_thread(self._figures.notice_of, notifier.digest(token)) if token else None

    def _judge(self, row: dict[str, Any]) -> Look:
        view = self._board.station(row["station"]) or {"name": row["station"], "calls": []}
        what = f"{row['category']} call at {view['name']}"
        call = next((call for call in view["calls"] if call["id"] == row["call"]), None)
        if row["answered_at"] is not None:
            return Look(False, what, USED)
        if self._now_ms() >= row["expires"]:
            return Look(False, what, EXPIRED)
        if call is None:
            return Look(False, what, OVER)
        if call["phase"] != CALLED:
            return Look(False, what, f"{call['by'] or 'Somebody'} has it already.")
        return Look(True, what)
