"""A line service without broker and database: the real board, and commands that are answered by the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pullcord.line.board import BoardState
from pullcord.line.log import Appended, PlantEvent
from pullcord.line.rollout import Progress
from pullcord.web.stream import unix_ms
from tests.host_tools.line import events

LINE = "acme/assembly/line-1"
STATUS = {
    "broker": {"connected": True, "address": "127.0.0.1:1883", "reason": ""},
    "database": "",
    "rival": "",
}

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def done(_order: dict[str, Any]) -> dict[str, Any]:
    return {"command": "c-1", "do": _order["do"], "result": "done", "why": ""}


class FakeLine:
    """What the pages see of a LineService. `orders` are the commands that came; `answer` answers them."""

    def __init__(self, answer: Answer = done) -> None:
        self.board = BoardState("s1")
        self.board.take_plant(STATUS)
        self.status = STATUS
        self.answer = answer
        self.orders: list[dict[str, Any]] = []
        self.decisions: list[PlantEvent] = []
        self.in_force = SimpleNamespace(current=None, trouble="")
        self.links = None
        self._changed = asyncio.Event()

    @property
    def store(self) -> Path:
        raise AssertionError("the tests give their own records")

    def station(
        self, name: str, *, at: str = LINE, online: bool = True, heard_ago_ms: int = 0, **changes: Any
    ) -> str:
        """Put a station on the board, or change it, with fields of its /state; returns its path."""
        path = f"{at}/{name}"
        now = unix_ms() - heard_ago_ms
        self.board.take_state(now, path, events.state(path=path, at=now, uid=name) | changes)
        self.board.take_online(now, path, {"online": online, "uid": name})
        self.tell()
        return path

    def plant(self, **status: Any) -> None:
        self.status = self.status | status
        self.board.take_plant(self.status)
        self.tell()

    def tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def rollout(self) -> list[Progress]:
        return []

    async def append(self, event: PlantEvent) -> Appended:
        self.decisions.append(event)
        return Appended(len(self.decisions))

    async def subscribe(self, last_id: str | None = None) -> AsyncIterator[dict[str, Any]]:
        seen = last_id
        while True:
            changed = self._changed
            deltas = self.board.since(seen) if seen else None
            if deltas is None:
                snapshot = self.board.snapshot()
                deltas = [{"id": snapshot["id"], "snapshot": snapshot}]
            for delta in deltas:
                seen = delta["id"]
                kind = next(key for key in ("snapshot", "station", "plant") if key in delta)
                yield {"event": kind, "id": seen, "data": delta[kind]}
            await changed.wait()

    async def command(self, path: str, do: str, call=None, by="", reason="", answer_s=5.0) -> dict[str, Any]:
        if do == "acknowledge" and not call:
            raise ValueError("acknowledge needs the id of the call it is for")
        order = {"path": path, "do": do, "call": call, "by": by, "reason": reason}
        self.orders.append(order)
        return self.answer(order)


class FakeRecords:
    def __init__(self) -> None:
        self.refused: list[dict[str, Any]] = []
        self.recorded: list[dict[str, Any]] = []

    def quarantined(self, limit: int = 200) -> list[dict[str, Any]]:
        return self.refused[:limit]

    def events(self, path: str, limit: int = 20) -> list[dict[str, Any]]:
        return self.recorded[:limit]
