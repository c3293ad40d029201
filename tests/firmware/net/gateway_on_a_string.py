"""A gateway for tests: a console without a cable, and a station's uplink at the other end. Portable."""

import asyncio
import json

from fake_station import Line

from station.core import lines
from station.core.lines import FROM_BOARD, TO_BOARD
from station.net.cable import Cable, CableUplink


class Console:
    """What the board sees. `room` False: nobody reads. `lose(line)`: whether a line of the board is lost."""

    def __init__(self, gateway):
        self._gateway = gateway
        self._data = b""
        self._more = asyncio.Event()
        self.room = True

    def give(self, data):
        self._data += data
        self._more.set()

    async def read(self):
        while not self._data:
            self._more.clear()
            await self._more.wait()
        data, self._data = self._data[:128], self._data[128:]
        return data

    def writable(self):
        return self.room

    def write(self, data):
        assert self.room, "it may block"
        assert len(data) <= 64, "the lamp waits"
        self._gateway.feed(bytes(data))


class Gateway:
    """`passes_on`: it speaks, and the broker takes everything. `heard`: (topic, payload) in order; `said`: kinds."""

    def __init__(self):
        self.console = Console(self)
        self.passes_on = True
        self.session = "s1"
        self.heard = []
        self.hellos = []
        self.answers = []
        self.written = b""
        self.taken = self.read = 0
        self.number = 0
        self.board_taken = 0
        self._lines = lines.Lines(lines.LONGEST_FROM_BOARD)

    def opener(self):
        return self.console

    def say(self, topic, payload=b"{}", number=None):
        number = self.number if number is None else number
        self.console.give(b"".join(lines.frame(TO_BOARD, self.session, number, self.taken, topic, payload)))

    async def tell(self, topic, payload):
        """A message in its pieces, each after the one before was taken."""
        for at in range(0, len(payload), lines.PIECE):
            self.number += 1
            self.say(topic + "+" if at + lines.PIECE < len(payload) else topic, payload[at : at + lines.PIECE])
            await asyncio.sleep_ms(20)
            assert self.board_taken == self.number

    def begin(self, session):
        self.session = session
        self.taken = self.read = self.number = self.board_taken = 0
        self.say("open")

    async def keep_up(self):
        while True:
            if self.passes_on:
                self.say("up")
            await asyncio.sleep_ms(2000)

    def feed(self, data):
        self.written += data
        self._lines.feed(data)
        line = self._lines.next()
        while line is not None:
            found = lines.read(FROM_BOARD, line)
            if found and found[0] == self.session:
                self._take(*found[1:])
            line = self._lines.next()

    def published(self, topic):
        return [payload for name, payload in self.heard if name == topic]

    def _take(self, number, taken, topic, payload):
        if self.session in ("who", "look"):
            self.answers.append((topic, payload))
            return
        self.board_taken = taken
        if topic == "hello":
            self.hellos.append(json.loads(payload))
            if self.passes_on:
                self.say("up")
        elif topic != "alive":
            assert number == self.read + 1, "a message is missing"
            self.read = number
            self.heard.append((topic, payload))
            if self.passes_on:
                self.taken = number
                self.say("up")


def asked(question, payload):
    yield question, b'{"station":"acme/a/l/st-04"}'
    yield "event", payload


class CableLine(Line):
    def _uplink(self, options, opener, random):
        self.network = Cable(self.uptime, asked, opener())
        inside = self.journal, self.delivery, self.station, self.uptime
        return CableUplink(
            {"station": options["station"], "uid": options["uid"]}, self.network, *inside, beat=self._beat
        )
