"""One board at one port: its cable on this side, its MQTT connection on the other. Keeps nothing."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pullcord.usb.asking import PROMPT, SAFE
from pullcord.usb.broker_side import BrokerSide
from pullcord.usb.dialog import Dialog, Hello, Message
from pullcord.usb.serial_port import PortProblem, SerialPort

LOOK_S = 0.25
AGAIN_S = 1.0
MUTE_S = 6.0
MUTE = "nobody answers: a board without Pullcord, or a station whose link is not usb"
INSTEAD = {
    SAFE: "it is in safe mode: its config or firmware is not right; `pullcord flash` brings it what is",
    PROMPT: "it waits at its prompt, and no station runs: `pullcord flash` makes it one",
}

# hello, and what is to happen with the MQTT connection's news
Connect = Callable[[Hello, "BoardLink"], BrokerSide]


@dataclass
class Status:
    """What is so at one port, for people and programs. `state`: away, unusable, silent, refused, offline or online."""

    port: str
    state: str = "away"
    why: str = ""
    station: str = ""
    uid: str = ""
    events: int = 0
    lost_lines: int = 0
    sessions: int = field(default=0)


class BoardLink:
    """`claim(hello, link)`: "" when this station is ours to serve, else who has it. `changed()`: `status` is new."""

    def __init__(
        self,
        port: str,
        connect: Connect,
        claim: Callable[[Hello, "BoardLink"], str],
        changed: Callable[[], None],
        dialog: Callable[[], Dialog] = Dialog,
    ) -> None:
        self.status = Status(port)
        self._connect, self._claim, self._changed = connect, claim, changed
        self._new_dialog = dialog
        self._dialog = dialog()
        self._stirred = asyncio.Event()
        self._side: BrokerSide | None = None
        self._connection: asyncio.Task[None] | None = None
        self._served: Hello | None = None
        self._publishing: set[asyncio.Task[None]] = set()
        self._claimed_at = 0

    async def run(self, device: Callable[[], str | None]) -> None:
        """For ever; `device()` says under which name the port is there now, None while it is not."""
        while True:
            name = device()
            if name is None:
                self._tell("away", "not plugged in")
            else:
                await self._serve_and_tell(name)
            await asyncio.sleep(AGAIN_S)

    # What the MQTT connection tells

    def up(self) -> None:
        self._dialog.up()
        self._tell("online")
        self._stirred.set()

    def down(self, why: str) -> None:
        self._dialog.down(why)
        self._tell("offline", why)
        self._stirred.set()

    def tell_board(self, topic: str, payload: bytes) -> None:
        self._dialog.tell(_now(), topic, payload)
        self._stirred.set()

    # Inside

    async def _serve_and_tell(self, device: str) -> None:
        try:
            port = SerialPort(device, self._stirred.set)
        except PortProblem as problem:
            self._tell("unusable", " ".join(problem.lines))
            return
        self._dialog = self._new_dialog()
        self._tell("silent")
        state, why = "away", ""
        try:
            await self._converse(port)
        except PortProblem as problem:
            why = " ".join(problem.lines)
        except Exception as error:
            logging.getLogger(__name__).exception("%s: begins anew", device)
            state, why = "unusable", f"an error that nobody expected: {error!r}"
        finally:
            port.close()
            await self._let_go()
        self._tell(state, why)

    async def _converse(self, port: SerialPort) -> None:
        mute_from, why_mute = time.monotonic() + MUTE_S, MUTE
        while True:
            self._stirred.clear()
            now, data = _now(), port.take()
            why_mute = next((words for mark, words in INSTEAD.items() if mark in data), why_mute)
            for said in self._dialog.hear(now, data):
                if isinstance(said, Message):
                    self._pass_on(said)
                else:
                    self.status.sessions += 1
            await self._look(now)
            port.write(self._dialog.due(now))
            if self._served:
                mute_from, why_mute = time.monotonic() + MUTE_S, MUTE
            elif time.monotonic() > mute_from and self.status.state == "silent":
                self._tell("silent", why_mute)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stirred.wait()

    async def _look(self, now: int) -> None:
        """Who is there may have changed."""
        hello = self._dialog.hello
        if self.status.lost_lines != self._dialog.lost:
            self.status.lost_lines = self._dialog.lost
            self._changed()
        if hello != self._served:
            await self._let_go()
            self._tell("silent" if hello is None else "offline")
        if hello and not self._served and now - self._claimed_at >= AGAIN_S * 1000:
            self._claimed_at = now
            if taken := self._claim(hello, self):
                self._dialog.down(taken)
                self._tell("refused", taken, hello)
            else:
                self._serve_station(hello)

    def _serve_station(self, hello: Hello) -> None:
        self._served = hello
        self._tell("offline", "connecting", hello)
        self._side = self._connect(hello, self)
        self._connection = asyncio.create_task(self._side.run())

    async def _let_go(self) -> None:
        """Of the station that was here: the plant is to know at once."""
        side, connection, self._side, self._connection = self._side, self._connection, None, None
        self._served = None
        self._dialog.closed()
        self.status.station = self.status.uid = ""
        if side and connection:
            side.leave()
            await asyncio.wait({connection}, timeout=AGAIN_S * 5)
            connection.cancel()
            await asyncio.gather(connection, return_exceptions=True)

    def _pass_on(self, message: Message) -> None:
        # started in order, and each is with the client before it first waits: so they go out in order
        task = asyncio.create_task(self._published(message))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    async def _published(self, message: Message) -> None:
        if self._side and await self._side.publish(message):
            self._dialog.passed_on(message)
            self.status.events += message.topic == "event"
            self._stirred.set()

    def _tell(self, state: str, why: str = "", hello: Hello | None = None) -> None:
        status = self.status
        before = (status.state, status.why, status.station)
        status.state, status.why = state, why
        if hello:
            status.station, status.uid = hello.station, hello.uid
        if (status.state, status.why, status.station) != before:
            self._changed()


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
