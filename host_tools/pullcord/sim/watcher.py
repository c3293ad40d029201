"""An outside client of the board's event stream: when does a call that was pulled get to a screen?"""

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlsplit

from pullcord.sim.stimuli import Stimulus

CONNECT_S = 10.0


class BoardWatcher:
    """Follows `url` (the stream of a running board) and notes when each stimulus of a call was first seen."""

    def __init__(self, url: str, stimuli: list[Stimulus]) -> None:
        self._url = urlsplit(url)
        self._stimuli = stimuli
        self._open: dict[str, set[str]] = {}
        self.messages = 0

    async def run(self) -> None:
        """Until cancelled. ConnectionError when the board is not there or ends the stream."""
        host, port = self._url.hostname or "127.0.0.1", self._url.port or 80
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port, limit=2**24), CONNECT_S)
        try:
            request = (
                f"GET {self._url.path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n\r\n"
            )
            writer.write(request.encode())
            await writer.drain()
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    self._take(time.monotonic(), json.loads(line[5:]))
            raise ConnectionError("the board ended its stream")
        finally:
            writer.close()

    def _take(self, at: float, data: dict[str, Any]) -> None:
        self.messages += 1
        views = data.get("stations") or ([data] if "calls" in data else [])
        for view in views:
            path, calls = view["path"], {call["category"] for call in view["calls"]}
            new = calls - self._open.get(path, set())
            self._open[path] = calls
            if new:
                self._note(at, path, new)

    def _note(self, at: float, path: str, categories: set[str]) -> None:
        """The newest pull before this moment that waits for its call."""
        for category in categories:
            waiting = [s for s in self._stimuli if self._waits(s, at, path) and s.category == category]
            if waiting:
                waiting[-1].on_board_at = at

    def _waits(self, stimulus: Stimulus, at: float, path: str) -> bool:
        key = stimulus.key
        return (
            key.station == path
            and key.type == "andon.called"
            and stimulus.on_board_at is None
            and stimulus.at < at
        )
