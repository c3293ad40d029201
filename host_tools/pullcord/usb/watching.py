"""What a station says at its USB cable when it is asked to: state and events. It is not disturbed by it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

from pullcord.line.watching import Cut, Said
from pullcord.usb.serial_port import PortProblem, SerialPort
from station.core import lines
from station.core.lines import FROM_BOARD, TO_BOARD, Lines

ASK_S = 1.0
QUIET_S = 6.0
AGAIN_S = 0.5
BEFORE = 5  # events that are shown from before
FIRST = 10**9
QUIET = "it does not answer: no Pullcord runs there, or it is in safe mode; `pullcord boards` says more"


async def from_cable(device: Callable[[], str | None]) -> AsyncIterator[Said]:
    """For ever, through unplugging and resets. PortProblem: the port cannot be opened the first time."""
    look, cut, opened = _Look(), Cut(), False
    while True:
        try:
            name = device()
            if name is None:
                raise PortProblem("The board is not plugged in.")
            async for said in _ask(name, look):
                opened = True
                quiet = said.what == "cut off"
                for told in cut.off(QUIET, look.station) if quiet else [*cut.on(look.station), said]:
                    yield told
        except PortProblem as problem:
            if not opened:
                raise
            for told in cut.off(" ".join(problem.lines), look.station):
                yield told
        await asyncio.sleep(AGAIN_S)


class _Look:
    """What was seen up to now: which event is the next, and of whom."""

    def __init__(self) -> None:
        self.station = self.journal = ""
        self.after = FIRST

    def question(self) -> bytes:
        payload = json.dumps({"after": self.after}).encode()
        return b"\n" + b"".join(lines.frame(TO_BOARD, "look", 0, 0, "look", payload))

    def take(self, topic: str, payload: bytes) -> Said | None:
        """None for what cannot be read, or was seen."""
        try:
            data = json.loads(payload)
            if topic == "state":
                return self._state(data)
            if topic == "event" and int(data["sequence"]) > self.after:
                self.after = int(data["sequence"])
                return Said("event", self.station, data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # of another firmware: there is nothing in it for people
        return None

    def _state(self, state: dict) -> Said:
        self.station = state["source"].lstrip("/")
        journal = state["journal"]
        if journal["name"] != self.journal:
            self.journal, self.after = journal["name"], max(0, journal["next"] - 1 - BEFORE)
        return Said("state", self.station, state)


async def _ask(name: str, look: _Look) -> AsyncIterator[Said]:
    """Until the port is gone: PortProblem."""
    stirred = asyncio.Event()
    port, cut = SerialPort(name, stirred.set), Lines(lines.LONGEST_FROM_BOARD)
    asked_at, heard_at = -ASK_S, time.monotonic()
    try:
        while True:
            stirred.clear()
            cut.feed(port.take())
            more = False
            while (line := cut.next()) is not None:
                found = lines.read(FROM_BOARD, line)
                if found and found[0] == "look":
                    heard_at = time.monotonic()
                    if said := look.take(found[3], found[4]):
                        more = more or said.what == "event"
                        yield said
            now = time.monotonic()
            if more or now - asked_at >= ASK_S:
                port.write(look.question())
                asked_at = now
            if now - heard_at >= QUIET_S:
                heard_at = now
                yield Said("cut off", look.station, {})
            try:
                async with asyncio.timeout(ASK_S / 2):
                    await stirred.wait()
            except TimeoutError:
                continue  # time for the next question
    finally:
        port.close()
