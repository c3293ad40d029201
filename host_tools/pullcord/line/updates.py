"""Brings stations their config and card table: sent when `/state` shows another hash, part after part.

A station says in `/state` how far it is (docs/protocol.md, "Config and cards"). It may be slow, restart in the middle
or refuse; what it refused or has stored for its next start is not sent again.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pullcord.line import messages, topics

PART = 1000  # characters: with quotes and heads, well below the 4,096 bytes of a station's longest packet
WINDOW = 4  # parts beyond the one that the station waits for
STUCK_MS = 10_000

CardRow = tuple[str, str, str, str]
Publish = Callable[[str, bytes], Awaitable[None]]


class Message(NamedTuple):
    topic: str
    payload: bytes


@dataclass
class _Wanted:
    """What one station is to have of one kind. `sent`: parts below this one went out, the last of them at `sent_ms`."""

    version: int
    hash: str
    parts: list[bytes]
    sent: int = 0
    sent_ms: int = 0
    said: str = ""


class Updates:
    """States in, messages out through `publish(topic, payload)`. Times are milliseconds.

    `problems`: why a station does not take what it is to run with, by path.
    """

    def __init__(self, publish: Publish) -> None:
        self.problems: dict[str, str] = {}
        self._publish = publish
        self._wanted: dict[str, dict[str, _Wanted]] = {}
        self._out: deque[Message] = deque()
        self._due = asyncio.Event()

    async def run(self) -> None:
        """Send what is due, for ever. What is lost without a broker is sent again: no station says that it has it."""
        while True:
            await self._due.wait()
            self._due.clear()
            while self._out:
                message = self._out.popleft()
                try:
                    await self._publish(message.topic, message.payload)
                except ConnectionError:
                    self._out.clear()

    def want(self, path: str, config: dict[str, Any] | None = None, cards: Iterable[CardRow] | None = None) -> None:
        """What the station at `path` is to run with; None leaves that as it was. Sent from its next `/state` on."""
        wanted = self._wanted.setdefault(path, {})
        if config is not None:
            text = messages.encode(config).decode()
            wanted["config"] = _wanted(config["version"], config["hash"], text)
        if cards is not None:
            text = "".join(f"{uid},{loop},{here},{state}\n" for uid, loop, here, state in cards)
            version = int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)
            wanted["cards"] = _wanted(version, digest(text), text)

    def lacks(self, path: str, state: dict[str, Any]) -> list[str]:
        """What of it the station does not run with, as it said."""
        used = {what: state.get(what) for what in self._wanted.get(path, {})}
        return [what for what, has in used.items() if has is not None and has["hash"] != self._wanted[path][what].hash]

    def take_state(self, now: int, path: str, state: dict[str, Any]) -> None:
        """A station said this just now."""
        self._out.extend(self.due(now, path, state))
        self._due.set()

    def due(self, now: int, path: str, state: dict[str, Any]) -> list[Message]:
        """What to send to the station that has just said this."""
        for what, wanted in self._wanted.get(path, {}).items():
            used = state.get(what)
            if used is None or used["hash"] == wanted.hash:
                self._settle(path, what, wanted)
                continue
            update = state.get("update") or {}
            mine = update if (update.get("what"), update.get("hash")) == (what, wanted.hash) else {}
            if mine.get("result") in ("refused", "stored"):
                wanted.said = mine["result"]
                self._note(path, what, mine)
            if not wanted.said:
                return self._parts(now, path, what, wanted, mine.get("next", 0))
        return []

    def _parts(self, now: int, path: str, what: str, wanted: _Wanted, following: int) -> list[Message]:
        stuck = now - wanted.sent_ms >= STUCK_MS
        first = following if stuck else max(following, wanted.sent)
        last = min(following + WINDOW, len(wanted.parts))
        if first >= last:
            return []
        wanted.sent, wanted.sent_ms = last, now
        return [Message(topics.of_station(path, what), wanted.parts[number]) for number in range(first, last)]

    def _settle(self, path: str, what: str, wanted: _Wanted) -> None:
        wanted.sent, wanted.said = 0, ""
        if self.problems.get(path, "").startswith(what):
            del self.problems[path]

    def _note(self, path: str, what: str, update: dict[str, Any]) -> None:
        if update["result"] == "refused":
            self.problems[path] = f"{what} {update['hash']} was refused: {update['why']}"


def digest(text: str) -> str:
    """What the parts together must have, and for cards the table's hash, too."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _wanted(version: int, its_hash: str, text: str) -> _Wanted:
    pieces = [text[at : at + PART] for at in range(0, len(text), PART)]
    head = {"version": version, "hash": its_hash, "digest": digest(text), "parts": len(pieces)}
    parts = [messages.encode({**head, "part": number, "data": piece}) for number, piece in enumerate(pieces)]
    return _Wanted(version, its_hash, parts)
