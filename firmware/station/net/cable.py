"""The station's line to the plant over its USB cable, where a gateway speaks MQTT for it. Loaded by such stations only.

`Cable` stands where the network stands for the uplink, `Session` where the MQTT session does. Who speaks when is in
docs/protocol.md. Nothing is said before a gateway asks: a cable that nobody reads costs the lamp nothing.
"""

import asyncio
import json

from station.core import lines
from station.net.console import Console, send
from station.net.life import Life
from station.net.mqtt import MqttError
from station.net.network import NetworkError
from station.net.uplink import Uplink

SILENCE_MS = 10000
ALIVE_S = 2
WINDOW = 24  # messages that the gateway has not passed on yet
PAUSE_MS = 200


class Cable:
    """`asked(question, payload)`: (topic, payload) of each line for a tool. `console`: another than the board's own."""

    def __init__(self, uptime, asked, console=None):
        self.console = console or Console()
        self._uptime = uptime
        self._asked = asked
        self._lines = lines.Lines(lines.LONGEST_TO_BOARD)
        self._heard_at = 0
        self._in_session = False
        self._why = ""
        self.offer = None

    def is_up(self):
        """A gateway has begun a session, and is not silent."""
        return self._in_session and self._uptime.ms() - self._heard_at < SILENCE_MS

    def status(self):
        return "the gateway has said nothing for %d s" % (SILENCE_MS // 1000)

    async def up(self, deadline_ms):
        """Wait until a gateway begins a session: `offer` is its name. NetworkError when none does."""
        self._why = ""
        try:
            await asyncio.wait_for_ms(self._offered(), deadline_ms)
        except asyncio.TimeoutError:
            raise NetworkError(self._why or "no gateway speaks at the USB cable: does `pullcord gateway` run there?")

    async def down(self):
        self._in_session = False

    async def hear(self):
        """The next message of the gateway, as `lines.read` gives it."""
        while True:
            line = self._lines.next()
            if line is None:
                self._lines.feed(await self.console.read())
                continue
            found = lines.read(lines.TO_BOARD, line)
            if found and found[3] in ("who", "look"):
                await self._answer(found[3], found[4])
            elif found:
                self._heard_at = self._uptime.ms()
                return found

    async def _answer(self, question, payload):
        """To a tool that is no gateway."""
        try:
            for topic, told in self._asked(question, payload):
                await send(self.console, lines.frame(lines.FROM_BOARD, question, 0, 0, topic, told))
        except OSError:
            pass  # it has gone again

    async def _offered(self):
        while self.offer is None:
            session, _, _, topic, payload = await self.hear()
            if topic == "open":
                self.offer = session
            elif topic == "down":
                self._why = why(payload)
        self._in_session = True
        self._heard_at = self._uptime.ms()


class Session(Life):
    """One conversation with a gateway, from its `open` to its end. The interface is that of `net.mqtt.Session`."""

    def __init__(self, cable, hello, on_message, on_ack):
        super().__init__()
        self._cable = cable
        self._hello = hello
        self._on_message = on_message
        self._on_ack = on_ack
        self._name = cable.offer
        cable.offer = None
        self._room = asyncio.Event()
        self._tags = []  # of what was sent and is not passed on yet, oldest first
        self._sent = 0
        self._taken = 0
        self._parts = b""
        self._seconds = 0
        self._reading = asyncio.create_task(self._guarded())

    async def greet(self):
        """Return once the gateway has passed us on to the broker."""
        await self._say("hello", self._hello)
        await self.answered.wait()
        if self.error:
            raise self.error

    async def publish(self, topic, payload, qos=0, retain=False, tag=None):
        """`topic`: what is below the station's own. `on_ack(tag)` follows when the broker has it."""
        while len(self._tags) >= WINDOW and not self.error:
            self._room.clear()
            await self._room.wait()
        await self._say(topic, payload, 1, tag)

    def fail(self, error):
        self._room.set()
        return super().fail(error)

    async def close(self):
        self.fail(MqttError("the session was closed"))
        self._reading.cancel()
        await self._cable.down()

    async def _watch(self):
        self._seconds += 1
        if self._seconds % ALIVE_S == 0 and self.free.is_set() and self._cable.console.writable():
            await self._say("alive")

    async def _guarded(self):
        try:
            while not self.error:
                await self._take(*await self._cable.hear())
        except Exception as error:  # noqa: BLE001 (`run` raises it)
            self.fail(error)

    async def _take(self, session, number, taken, topic, payload):
        if topic == "open":
            await self._opened(session)
        elif topic == "down":
            self.fail(MqttError(why(payload)))
        elif session == self._name:
            self._passed_on(taken)
            if topic == "up":
                self.answered.set()
            else:
                await self._arrived(number, topic, payload)

    async def _opened(self, session):
        """The gateway has not heard our hello; or it is another one, or has lost a line, and begins anew."""
        if session == self._name:
            await self._say("hello", self._hello)
        else:
            self._cable.offer = session
            self.fail(MqttError("the gateway began anew"))

    def _passed_on(self, count):
        while self._tags and self._sent - len(self._tags) < count:
            tag = self._tags.pop(0)
            self._room.set()
            if tag is not None:
                self._on_ack(tag)

    async def _arrived(self, number, topic, payload):
        """A line of a message. The gateway repeats it until it hears that it was taken."""
        if number == self._taken + 1:
            self._taken = number
            whole = len(self._parts) + len(payload) <= lines.MESSAGE
            self._parts = self._parts + payload if whole else b""
            if topic[-1:] != "+":
                payload, self._parts = self._parts, b""
                self._on_message(topic, payload)
        await self._say("alive")

    async def _say(self, topic, payload=b"{}", counts=0, tag=None):
        await self.turn()
        try:
            if counts:
                self._sent += 1
                self._tags.append(tag)
            line = lines.frame(lines.FROM_BOARD, self._name, self._sent, self._taken, topic, payload)
            await send(self._cable.console, line)
        except OSError as error:
            raise self.fail(MqttError("the gateway: %s" % error))
        finally:
            self.free.set()


class CableUplink(Uplink):
    """The same work by another way. `cable` stands for the network."""

    def __init__(self, options, cable, journal, delivery, station, uptime, beat=None):
        super().__init__(options, cable, journal, delivery, station, uptime, beat)
        self._event_topic, self._state_topic, self._online_topic = "event", "state", "online"
        hello = {"station": options["station"], "uid": options["uid"], "journal": journal.name}
        self._hello = json.dumps(hello).encode()
        self._mqtt = None

    async def _open(self, _joining):
        session = Session(self.network, self._hello, self._said, self._on_ack)
        try:
            await session.greet()
        except BaseException:
            await session.close()
            raise
        return session

    async def _pause(self):
        """No radio to spare: whoever plugs a cable in waits for an answer."""
        self._beat()
        await asyncio.sleep_ms(PAUSE_MS)

    def _said(self, topic, payload):
        self._on_message(self._time_topic if topic == "time" else self._root + topic, payload)


def why(payload):
    """What `down` gives as its reason."""
    try:
        return "the gateway: " + json.loads(payload)["why"]
    except (ValueError, KeyError, TypeError):
        return "the gateway has no way to the broker"
