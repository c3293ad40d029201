"""One MQTT 3.1.1 connection's life. It ends by an exception that says why; the uplink opens the next one.

Every packet is one write: small writes one after another meet Nagle's algorithm and delayed acknowledgements.
"""

import asyncio

from station.net import in_words, packets
from station.net.life import Life

READ_BYTES = 256
UNACKED_LIMIT = 256


class MqttError(Exception):
    """The session is over, or never came to be. `str()` is for people."""


class Session(Life):
    """What goes on between the greeting (`net.greeting.greet`, which makes it) and the end.

    `on_message(topic: str, payload: bytes)` and `on_ack(tag)` are called as packets come. `wait_s`: for an answer or a
    write. `answer`: (first byte, body) of the CONNACK or SUBACK that came last, as `answered` tells.
    """

    def __init__(self, reader, writer, options, on_message, on_ack):
        super().__init__()
        self._reader = reader
        self._writer = writer
        self._keepalive_s = options["keepalive_s"]
        self._on_message = on_message
        self._on_ack = on_ack
        self.wait_s = options.get("wait_s", 8)
        self._splitter = packets.Splitter(options.get("limit", packets.LIMIT))
        self.answer = None
        self._packet_id = 0
        self._unacked = {}
        self._heard_s = self._sent_s = self._writing_s = 0
        self._ping_s = None
        self._reading = asyncio.create_task(self._guard(self._read))
        self._pinging = None

    async def publish(self, topic, payload, qos=0, retain=False, tag=None):
        """Write one message; returns its packet id, 0 for QoS 0. `on_ack(tag)` follows if there is a tag."""
        if self.error:
            raise self.error
        packet_id = self.new_id() if qos else 0
        if qos and tag is not None:
            if len(self._unacked) >= UNACKED_LIMIT:
                raise self.fail(MqttError("the broker takes messages and does not acknowledge them"))
            self._unacked[packet_id] = tag
        await self.write(packets.publish(topic, payload, qos, retain, packet_id))
        return packet_id

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

    def new_id(self):
        self._packet_id = self._packet_id % 65535 + 1
        while self._packet_id in self._unacked:
            self._packet_id = self._packet_id % 65535 + 1
        return self._packet_id

    async def write(self, packet):
        await self.turn()  # MicroPython loses bytes that are written while another task drains
        self._sent_s = self._writing_s = 0
        try:
            self._writer.write(packet)
            await self._writer.drain()
        except OSError as error:
            raise self.fail(MqttError(in_words("network", error)))
        except asyncio.CancelledError:
            self.fail(MqttError("the broker took only a part of a packet"))
            raise
        finally:
            self.free.set()

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
                await self.write(packets.puback(packet_id))
        elif first == packets.PUBACK:
            tag = self._unacked.pop(packets.read_puback(body), None)
            if tag is not None:
                self._on_ack(tag)
        elif first == packets.PINGRESP:
            self._ping_s = None
        elif first in (0x20, 0x90):  # CONNACK and SUBACK, which the greeting reads
            self.answer = (first, body)
            self.answered.set()
        else:
            raise packets.PacketError(f"a packet of an unexpected kind (0x{first:02x})")

    async def _watch(self):
        """Once a second: ping after silence in either direction; the end when ping or write take too long."""
        self._heard_s += 1
        self._sent_s += 1
        if not self.free.is_set():
            self._writing_s += 1
            if self._writing_s >= self.wait_s:
                self.fail(MqttError(f"the broker took no more data for {self.wait_s} s"))
        if self._ping_s is not None:
            self._ping_s += 1
            if self._ping_s >= self.wait_s:
                self.fail(MqttError(f"the broker did not answer a ping within {self.wait_s} s"))
        elif max(self._heard_s, self._sent_s) * 2 >= self._keepalive_s:
            self._ping_s = 0
            self._pinging = asyncio.create_task(self._guard(self.write, packets.PINGREQ))
