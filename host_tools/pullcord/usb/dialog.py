"""The gateway's side of a conversation with a board (docs/protocol.md, "USB serial"). Pure: time and bytes in and out.

    dialog = Dialog()
    port.write(dialog.due(now))                 whenever something happened, and every half second
    for said in dialog.hear(now, port.read()):  Hello, or Message; `dialog.passed_on` when the broker has it
    dialog.up() / dialog.down("why")            whether there is a way to the broker
    dialog.tell(now, "command", b"{...}")
    dialog.closed()                             nobody looks for a way any more

Times are milliseconds that only grow.
"""

import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from station.core import lines
from station.core.lines import FROM_BOARD, TO_BOARD, Lines

OPEN_MS = 1000
UP_MS = 2000
AGAIN_MS = 1000
TRIES = 8
SILENCE_MS = 6000  # a board says something every 2 s
WAITING = 64  # messages for a board that does not take them; what is beyond is sent again by the plant, or expires
LATEST_ONLY = ("time", "receipt/")
WHY = 120  # letters of a reason

FRESH_MS = 500  # a time that waited for longer would set a clock wrong


class _Item(NamedTuple):
    topic: str
    payload: bytes
    at: int


class Hello(NamedTuple):
    """What a board says of itself: station is `<site>/<area>/<line>/<station>`, uid and journal are hex."""

    station: str
    uid: str
    journal: str


class Message(NamedTuple):
    """`topic` is what is below the station's own. `session` and `number` are for `passed_on`."""

    session: str
    number: int
    topic: str
    payload: bytes


def _new_name() -> str:
    return secrets.token_hex(2)


class Dialog:
    """`hello`: who is there, None while nobody answers. `lost`: how often lines were missing since the beginning."""

    def __init__(self, new_name: Callable[[], str] = _new_name) -> None:
        self.hello: Hello | None = None
        self.lost = 0
        self._new_name = new_name
        self._lines = Lines(lines.LONGEST_FROM_BOARD)
        self._why: str | None = None
        self._is_up = self._was_up = False
        self._waiting: deque[_Item] = deque()
        self._sending: _Item | None = None
        self._receipts: dict[str, bytes] = {}
        self._begin()

    def _begin(self) -> None:
        """A new session. The board sends again what has no receipt; what it was to hear, it hears again."""
        self._session = self._new_name()
        self._answered = False
        self._read = 0
        self._done: set[int] = set()
        self._passed_on = self._told = 0
        self._number = self._board_taken = self._tries = 0
        self._pieces: deque[tuple[str, bytes]] = deque()
        self._sent_at = self._said_at = -SILENCE_MS
        self._heard_at: int | None = None
        if self._sending:
            self._waiting.appendleft(self._sending)
            self._sending = None
        for topic, payload in self._receipts.items():
            self._queue(_Item(topic, payload, 0))

    # The way to the broker

    def up(self) -> None:
        """There is a way; what comes by it is told from now on."""
        anew = self._was_up or self._why is not None
        self._why, self._is_up, self._was_up = None, True, True
        if anew:
            self._forget()
            self._begin()

    def down(self, why: str) -> None:
        """There is none; `why` is for the board's `/state` and for people."""
        self._why, self._is_up = why, False
        self._said_at = -SILENCE_MS

    def closed(self) -> None:
        """There is none, and none is looked for until somebody says hello."""
        self._why, self._is_up, self._was_up = None, False, False
        self._forget()

    def passed_on(self, message: Message) -> None:
        """The broker has it."""
        if message.session != self._session:
            return
        self._done.add(message.number)
        while self._passed_on + 1 in self._done:
            self._passed_on += 1
            self._done.remove(self._passed_on)

    def tell(self, now: int, topic: str, payload: bytes) -> None:
        """A message of the plant. Of time and receipts only the latest counts."""
        if not self._is_up or len(payload) > lines.MESSAGE:
            return
        payload = text_only(payload)
        if topic.startswith("receipt/"):
            self._receipts[topic] = payload
        self._queue(_Item(topic, payload, now))

    def _queue(self, item: _Item) -> None:
        if item.topic.startswith(LATEST_ONLY):
            self._waiting = deque(one for one in self._waiting if one.topic != item.topic)
        if item.topic == "time":
            self._waiting.appendleft(item)
        elif len(self._waiting) < WAITING:
            self._waiting.append(item)

    def _forget(self) -> None:
        """What was for the board: the way to come brings it again."""
        self._waiting.clear()
        self._receipts.clear()
        self._sending = None

    # The cable

    def hear(self, now: int, data: bytes) -> list[Hello | Message]:
        """What the board said, in order and without a hole."""
        self._lines.feed(data)
        said: list[Hello | Message] = []
        while (line := self._lines.next()) is not None:
            found = lines.read(FROM_BOARD, line)
            if found and found[0] == self._session:
                self._heard_at = now
                self._board_taken = found[2]
                said += self._take(found[1], found[3], found[4])
        return said

    def due(self, now: int) -> bytes:
        """What is to be written now."""
        if self._why is not None:
            return self._lines_down(now)
        if self._heard_at is None:
            self._heard_at = now
        if now - self._heard_at >= SILENCE_MS:
            self.hello = None
            self._begin()
        if not self._answered or not self._is_up:
            return self._line_open(now)
        return self._lines_up(now)

    def _take(self, number: int, topic: str, payload: bytes) -> list[Hello | Message]:
        if topic == "hello":
            return self._greeted(payload)
        if number > self._read + (topic != "alive"):
            self.lost += 1
            self._begin()
        elif topic != "alive" and number == self._read + 1:
            self._read = number
            return [Message(self._session, number, topic, payload)]
        return []

    def _greeted(self, payload: bytes) -> list[Hello | Message]:
        hello = _hello(payload)
        if hello is None or self._answered:
            return []
        self._answered = True
        self._said_at = -SILENCE_MS
        self.hello = hello
        return [hello]

    def _lines_down(self, now: int) -> bytes:
        if now - self._said_at < UP_MS:
            return b""
        self._said_at = now
        why = str(self._why).encode("ascii", "replace").decode()[:WHY]
        return self._line("down", json.dumps({"why": why}).encode())

    def _line_open(self, now: int) -> bytes:
        if now - self._said_at < OPEN_MS:
            return b""
        self._said_at = now
        # whatever was typed there before is no part of it
        return b"\n" + self._line("open")

    def _lines_up(self, now: int) -> bytes:
        piece = self._piece(now)
        if not piece and self._told == self._passed_on and now - self._said_at < UP_MS:
            return b""
        self._said_at = now
        return piece or self._line("up")

    def _piece(self, now: int) -> bytes:
        """The piece that is on its way, again; or the next when that was taken."""
        if self._tries and self._board_taken == self._number:
            self._pieces.popleft()
            self._sent_at, self._tries = -SILENCE_MS, 0
        if not self._pieces:
            self._sending = self._waiting.popleft() if self._waiting else None
            if self._sending:
                name = self._sending.topic
                self._pieces.extend((name + "+" * follows, piece) for piece, follows in pieces(self._sending.payload))
        if not self._pieces or now - self._sent_at < AGAIN_MS:
            return b""
        if self._tries == 0:
            self._number += 1
        self._tries += 1
        if self._tries > TRIES:
            self.lost += 1
            self._begin()
            return b""
        self._sent_at = now
        if self._sending and self._sending.topic == "time" and now - self._sending.at > FRESH_MS:
            return self._line("late")
        return self._line(*self._pieces[0])

    def _line(self, topic: str, payload: bytes = b"{}") -> bytes:
        self._told = self._passed_on
        return b"".join(lines.frame(TO_BOARD, self._session, self._number, self._passed_on, topic, payload))


def _hello(payload: bytes) -> Hello | None:
    """None when it makes no sense: such a board is not there."""
    try:
        fields = json.loads(payload)
        hello = Hello(fields["station"], fields["uid"], fields["journal"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    good = all(isinstance(value, str) for value in hello) and hello.station.count("/") == 3
    return hello if good and not set("+#") & set("".join(hello)) else None


def pieces(payload: bytes) -> list[tuple[bytes, bool]]:
    """(piece, whether another follows): what goes into one line each on the way to a board."""
    last = max(0, len(payload) - 1) // lines.PIECE * lines.PIECE
    return [(payload[at : at + lines.PIECE], at < last) for at in range(0, last + 1, lines.PIECE)]


def text_only(payload: bytes) -> bytes:
    """JSON without its line breaks, and without what would interrupt a board's program (Ctrl-C)."""
    return bytes(byte if byte >= 32 else 32 for byte in payload)
