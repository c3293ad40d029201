"""A virtual station's board, seen from the host: outputs mirrored, surroundings remembered."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]
Observer = Callable[[float, Message], None]


class Board:
    """`pins` (level), `pwm` ((Hz, duty)) and `pixels` are the outputs now. `on_message` hears everything."""

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self.pins: dict[int | str, int] = {}  # "32.3": pin 3 of the expander at address 32
        self.pwm: dict[int, tuple[int, int]] = {}
        self.pixels: dict[int, list[Any]] = {}
        self._on_message = on_message
        self._around: dict[tuple[str, Any], Message] = {}
        self._observers: list[Observer] = []
        self._line: ControlLine | None = None
        self._powered = False

    def power(self, on: bool) -> None:
        """Without power nobody is listened to any more, and no output is driven."""
        self._powered = on
        line, self._line = self._line, None
        if line:
            line.hang_up()
        if not on:
            self.go_dark()

    def go_dark(self) -> None:
        """Let go of all outputs, as a board does at a reset."""
        off: list[Message] = [{"pin": pin, "level": 0} for pin, level in self.pins.items() if level]
        off += [{"pwm": pin, "freq": 0, "duty": 0} for pin, (_, duty) in self.pwm.items() if duty]
        off += [{"pixels": [], "pin": pin} for pin, colours in self.pixels.items() if colours]
        for message in off:
            self._mirror(message)
            self._notify(time.monotonic(), message)

    def around(self) -> list[Message]:
        """The messages that say how things stand at the inputs."""
        return list(self._around.values())

    def say(self, message: Message) -> None:
        """Say it to the firmware, and say it again at each boot."""
        kind = next(iter(message))
        self._around[kind, None if kind == "network" else message[kind]] = message
        if self._line:
            self._line.say(message)

    def ask(self, message: Message) -> None:
        """Say it to the firmware once; not at the next boot."""
        if self._line:
            self._line.say(message)

    def on_output(self, observer: Observer) -> Callable[[], None]:
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    async def last_words(self, timeout_s: float) -> None:
        """The process has ended: wait until all that it said was heard."""
        if self._line:
            await asyncio.wait_for(self._line.over.wait(), timeout_s)
            self._line = None

    def connected(self, line: "ControlLine") -> None:
        if not self._powered:
            line.hang_up()
            return
        self._line = line
        for message in self.around():  # what changed since the process got its arguments
            line.say(message)

    def heard(self, line: "ControlLine", message: Message) -> None:
        if line is not self._line:
            return  # the last words of a process whose power was cut
        at = time.monotonic()
        self._mirror(message)
        self._on_message(message)
        self._notify(at, message)

    def _mirror(self, message: Message) -> None:
        if "level" in message:
            self.pins[message["pin"]] = message["level"]
        elif "pwm" in message:
            self.pwm[message["pwm"]] = (message["freq"], message["duty"])
        elif "pixels" in message:
            self.pixels[message["pin"]] = message["pixels"]

    def _notify(self, at: float, message: Message) -> None:
        for observer in list(self._observers):
            observer(at, message)


class ControlLine(asyncio.Protocol):
    """The host's end of a control socket. A protocol, not a stream: what arrives is seen at once."""

    def __init__(self, board: Board) -> None:
        self.over = asyncio.Event()
        self._board = board
        self._transport: asyncio.Transport | None = None
        self._rest = b""

    def say(self, message: Message) -> None:
        if self._transport:
            self._transport.write(json.dumps(message).encode() + b"\n")

    def hang_up(self) -> None:
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._board.connected(self)

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._board.heard(self, json.loads(line))

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self.over.set()
