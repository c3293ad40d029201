"""One MQTT 3.1.1 connection's life. It ends by an exception that says why; the uplink opens the next one.

Every packet is one write: small writes one after another meet Nagle's algorithm and delayed acknowledgements.
"""

import asyncio

from station.net import in_words, packets

READ_BYTES = 256
UNACKED_LIMIT = 256
TICK_MS = 1000


class MqttError(Exception):
    """The session is over, or never came to be. `str()` is for people."""


class Session:
    """`on_message(topic: str, payload: bytes)` and `on_ack(tag)` are called as packets come."""

    def __init__(self, reader, writer, options, on_message, on_ack):
        self._reader = reader
        self._writer = writer
        self._options = options
        self._on_message = on_message
        self._on_ack = on_ack
        self._wait_s = options.get("wait_s", 8)
        self._splitter = packets.Splitter(options.get("limit", packets.LIMIT))
        self._lock = asyncio.Lock()
        self._dead = asyncio.Event()
        self._answered = asyncio.Event()
        self._answer = None
        self._error = None
        self._packet_id = 0
        self._unacked = {}
        self._heard_s = self._sent_s = self._writing_s = 0
        self._ping_s = None
        self._reading = None
        self._pinging = None

    @staticmethod
    async def open(stream_opener, options, on_message, on_ack):
        """Connect and say who we are. `await stream_opener(host, port)` gives (reader, writer).

        options: host, port, client_id, keepalive_s; may hold user, password, will (topic, payload), limit
        (bytes of a packet), wait_s (for connection, answer, write). Raises MqttError. Close every session.
        """
        wait_s = options.get("wait_s", 8)
        opening = stream_opener(options["host"], options["port"])
        try:
            streams = await asyncio.wait_for_ms(opening, wait_s * 1000)
        except asyncio.TimeoutError:
            raise MqttError(f"the broker could not be reached within {wait_s} s")
        except OSError as error:
            raise MqttError(in_words("network", error))
        session = Session(streams[0], streams[1], options, on_message, on_ack)
        try:
            await session._introduce()
        except BaseException:
            await session.close()
            raise
        return session

    async def publish(self, topic, payload, qos=0, retain=False, tag=None):
        """Write one message; returns its packet id, 0 for QoS 0. `on_ack(tag)` follows if there is a tag."""
        if self._error:
            raise self._error
        packet_id = self._new_id() if qos else 0
        if qos and tag is not None:
            if len(self._unacked) >= UNACKED_LIMIT:
                raise self.fail(MqttError("the broker takes messages and does not acknowledge them"))
            self._unacked[packet_id] = tag
        await self._write(packets.publish(topic, payload, qos, retain, packet_id))
        return packet_id

    async def subscribe(self, topics):
        """[(topic, qos), ...]. Raises MqttError when the broker refuses one of them."""
        packet_id = self._new_id()
        answered_id, codes = packets.read_suback(
            await self._ask(packets.subscribe(packet_id, topics), packets.SUBACK, "a subscription")
        )
        if answered_id != packet_id or len(codes) != len(topics):
            raise MqttError("the broker's answer to a subscription does not fit it")
        for (topic, _), code in zip(topics, codes):
            if code > 2:
                raise MqttError(f"the broker refused the subscription to {topic}: look at its access rules")

    async def run(self, tick=None):
        """Watch over the session until it dies, then raise why. `tick()` is called every second till then."""
        while not self._error:
            try:
                await asyncio.wait_for_ms(self._dead.wait(), TICK_MS)
            except asyncio.TimeoutError:
                self._watch()
                if tick:
                    tick()
        raise self._error

    def fail(self, error):
        """End the session for this reason, unless it has ended already. Returns the error that counts."""
        if not self._error:
            self._error = error
            self._dead.set()
            self._answered.set()
        return self._error

    async def close(self):
        """Give back the connection. No DISCONNECT is sent, so that the broker publishes the Last Will."""
        self.fail(MqttError("the session was closed"))
        for task in (self._reading, self._pinging):
            if task:
                task.cancel()
        self._writer.close()
        try:
            await asyncio.wait_for_ms(self._writer.wait_closed(), 1000)
        except (OSError, asyncio.TimeoutError):
            pass  # it was to end, and it has

    async def _introduce(self):
        sock = getattr(self._writer, "s", None)  # MicroPython's stream; CPython has no Nagle's algorithm on
        if hasattr(sock, "setsockopt"):
            try:
                sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY
            except OSError:
                pass  # not on this board: only slower
        self._reading = asyncio.create_task(self._guard(self._read))
        options = self._options
        hello = packets.connect(
            options["client_id"],
            options["keepalive_s"],
            options.get("user"),
            options.get("password"),
            options.get("will"),
        )
        code = packets.read_connack(await self._ask(hello, packets.CONNACK, "the greeting"))
        if code:
            raise MqttError(in_words("refusal", code))

    async def _ask(self, packet, kind, what):
        self._answer = None
        self._answered.clear()
        try:
            await asyncio.wait_for_ms(self._exchange(packet), self._wait_s * 1000)
        except asyncio.TimeoutError:
            raise self._error or MqttError(f"the broker did not answer {what} within {self._wait_s} s")
        if self._answer is None:
            raise self._error
        answer_kind, body = self._answer  # it counts also when the broker has closed the connection since
        if answer_kind != kind:
            raise MqttError(f"the broker gave the wrong answer to {what}")
        return body

    async def _exchange(self, packet):
        await self._write(packet)
        await self._answered.wait()

    def _new_id(self):
        self._packet_id = self._packet_id % 65535 + 1
        while self._packet_id in self._unacked:
            self._packet_id = self._packet_id % 65535 + 1
        return self._packet_id

    async def _write(self, packet):
        # One writer at a time: MicroPython loses bytes that are written while another task drains.
        async with self._lock:
            if self._error:
                raise self._error
            self._sent_s = self._writing_s = 0
            try:
                self._writer.write(packet)
                await self._writer.drain()
            except OSError as error:
                raise self.fail(MqttError(in_words("network", error)))
            except asyncio.CancelledError:
                self.fail(MqttError("the broker took only a part of a packet"))
                raise

    async def _guard(self, work, *arguments):
        """Carry what happens in a task to `run`; a mistake in a handler arrives there unchanged."""
        try:
            await work(*arguments)
        except OSError as error:
            self.fail(MqttError(in_words("network", error)))
        except packets.PacketError as error:
            self.fail(MqttError(f"the broker sent {error}"))
        except Exception as error:  # noqa: BLE001 (`run` raises it)
            self.fail(error)

    async def _read(self):
        while True:
            data = await self._reader.read(READ_BYTES)
            if not data:
                raise MqttError("the broker closed the connection")
            self._heard_s = 0
            self._splitter.feed(data)
            packet = self._splitter.next()
            while packet:
                await self._take(packet[0], packet[1])
                packet = self._splitter.next()

    async def _take(self, first, body):
        if first & 0xF0 == packets.PUBLISH:
            topic, payload, qos, packet_id = packets.read_publish(first, body)
            self._on_message(topic, payload)
            if qos:
                await self._write(packets.puback(packet_id))
        elif first == packets.PUBACK:
            tag = self._unacked.pop(packets.read_puback(body), None)
            if tag is not None:
                self._on_ack(tag)
        elif first == packets.PINGRESP:
            self._ping_s = None
        elif first in (packets.CONNACK, packets.SUBACK):
            self._answer = (first, body)
            self._answered.set()
        else:
            raise packets.PacketError(f"a packet of an unexpected kind (0x{first:02x})")

    def _watch(self):
        """Once a second: ping after silence in either direction; the end when ping or write take too long."""
        self._heard_s += 1
        self._sent_s += 1
        if self._lock.locked():
            self._writing_s += 1
            if self._writing_s >= self._wait_s:
                self.fail(MqttError(f"the broker took no more data for {self._wait_s} s"))
        if self._ping_s is not None:
            self._ping_s += 1
            if self._ping_s >= self._wait_s:
                self.fail(MqttError(f"the broker did not answer a ping within {self._wait_s} s"))
        elif max(self._heard_s, self._sent_s) * 2 >= self._options["keepalive_s"]:
            self._ping_s = 0
            self._pinging = asyncio.create_task(self._guard(self._write, packets.PINGREQ))
