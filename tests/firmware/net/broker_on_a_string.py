"""A broker for tests: streams without a network, and the bytes that went over them. Portable."""

import asyncio

from station.net import packets

CONNACK = b"\x20\x02\x00\x00"


class Reader:
    def __init__(self):
        self._data = []
        self._more = asyncio.Event()

    def give(self, data):
        self._data.append(data)
        self._more.set()

    async def read(self, most):
        while not self._data:
            self._more.clear()
            await self._more.wait()
        data = self._data.pop(0)
        if len(data) > most:
            self._data.insert(0, data[most:])
        return data[:most]


class Writer:
    def __init__(self, broker):
        self._broker = broker
        self.closed = False

    def write(self, data):
        if self._broker.broken:
            raise OSError(self._broker.broken)
        self._broker.written.append(bytes(data))

    async def drain(self):
        await self._broker.flowing.wait()
        self._broker.answer()
        await asyncio.sleep_ms(0)

    def close(self):
        self.closed = True

    async def wait_closed(self):
        await asyncio.sleep_ms(0)


class Broker:
    """Answers like a good broker, until told otherwise. `written` holds each write of this connection."""

    def __init__(self):
        self.connack = CONNACK
        self.suback = None
        self.acknowledges = True
        self.pongs = True
        self.broken = None
        self.opened = 0
        self.on_publish = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.begin()

    def begin(self):
        self.written = []
        self.answered = 0
        self.reader = Reader()
        self.writer = Writer(self)

    async def opener(self, host, port):
        self.opened += 1
        self.begin()
        return self.reader, self.writer

    def send(self, data):
        self.reader.give(data)

    def publish(self, topic, payload, qos=0, packet_id=0):
        self.send(packets.publish(topic, payload, qos, False, packet_id))

    def answer(self):
        while self.answered < len(self.written):
            packet = self.written[self.answered]
            self.answered += 1
            kind = packet[0] & 0xF0
            if kind == 0x10 and self.connack is not None:
                self.send(self.connack)
            elif kind == 0x80:
                self.send(self.suback or granted(packet))
            elif kind == 0xC0 and self.pongs:
                self.send(b"\xd0\x00")
            elif kind == 0x30:
                self._published(packet)

    def _published(self, packet):
        topic, payload, qos, packet_id = read(packet)
        if qos and self.acknowledges:
            self.send(packets.puback(packet_id))
        if self.on_publish:
            self.on_publish(topic, payload)

    def published(self, ending=""):
        """[(topic, payload)] of this connection's messages whose topic ends so."""
        messages = [read(packet)[:2] for packet in self.written if packet[0] & 0xF0 == 0x30]
        return [message for message in messages if message[0].endswith(ending)]


def read(packet):
    splitter = packets.Splitter(100000)
    splitter.feed(packet)
    return packets.read_publish(*splitter.next())


def granted(subscribe):
    """A SUBACK that grants what a SUBSCRIBE asks for."""
    splitter = packets.Splitter()
    splitter.feed(subscribe)
    body = splitter.next()[1]
    codes, at = b"", 2
    while at < len(body):
        at += 3 + (body[at] << 8 | body[at + 1])
        codes += body[at - 1 : at]
    return bytes((0x90, 2 + len(codes))) + body[:2] + codes
