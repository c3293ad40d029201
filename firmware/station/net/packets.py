"""MQTT 3.1.1 packets as bytes: what a client sends, and what it reads. OASIS MQTT 3.1.1, chapter 3."""

import struct

PUBLISH = 0x30
PUBACK = 0x40
PINGRESP = 0xD0
PINGREQ = b"\xc0\x00"

LIMIT = 4096


class PacketError(ValueError):
    """The other end does not speak MQTT 3.1.1, or sends more than may be read. Says what it sent."""


class Splitter:
    """Cuts the bytes that arrive into packets. Holds at most one packet of `limit` bytes and one read.

    Of a longer packet the beginning is given and the rest is skipped: a message too long for a station, retained at
    the broker, would otherwise end every connection to come.
    """

    def __init__(self, limit=LIMIT):
        self.limit = limit
        self._data = b""
        self._at = 0
        self._skip = 0

    def feed(self, data):
        """Take what was read. Call `next` until it returns None before more is read."""
        self._data = self._data[self._at :] + data if self._at < len(self._data) else data
        self._at = 0

    def next(self):
        """(first byte, body) of the next packet, or None until enough of it is there."""
        skipped = min(self._skip, len(self._data) - self._at)
        self._skip -= skipped
        self._at += skipped
        length, start = self._announced()
        if length is None or len(self._data) < start + min(length, self.limit):
            return None
        first = self._data[self._at]
        self._at = start + min(length, self.limit)
        self._skip = max(0, length - self.limit)
        return first, self._data[start : self._at]

    def _announced(self):
        length = 0
        for place in range(4):
            at = self._at + 1 + place
            if at >= len(self._data):
                return None, 0
            length |= (self._data[at] & 0x7F) << (7 * place)
            if self._data[at] < 0x80:
                return length, at + 1
        raise PacketError("a packet length of more than four bytes")


def publish(topic, payload, qos=0, retain=False, packet_id=0):
    """PUBLISH; `packet_id` 1 ... 65535 with QoS 1."""
    identity = struct.pack(">H", packet_id) if qos else b""
    return packet(PUBLISH | qos << 1 | (1 if retain else 0), text(topic), identity, _bytes(payload))


def puback(packet_id):
    return struct.pack(">BBH", PUBACK, 2, packet_id)


def read_publish(first, body):
    """(topic, payload, qos, packet id or 0) of a PUBLISH."""
    qos = first >> 1 & 3
    if qos > 1:
        raise PacketError(f"a message with quality of service {qos}")
    at = 2 + number(body, 0)
    packet_id = 0
    if qos:
        packet_id = number(body, at)
        at += 2
        if not packet_id:
            raise PacketError("a message with the packet identifier 0")
    if at > len(body):
        raise PacketError("a message that is cut short")
    try:
        topic = body[2 : at - 2 * qos].decode()
    except UnicodeError:
        raise PacketError("a topic that is not UTF-8")
    return topic, body[at:], qos, packet_id


def read_puback(body):
    """The packet identifier."""
    if len(body) != 2:
        raise PacketError(f"a PUBACK of {len(body)} bytes")
    return number(body, 0)


def number(body, at):
    if at + 2 > len(body):
        raise PacketError("a packet that is cut short")
    return body[at] << 8 | body[at + 1]


def _bytes(value):
    return value.encode() if isinstance(value, str) else value


def text(value):
    data = _bytes(value)
    if len(data) > 65535:
        raise ValueError(f"a text of {len(data)} bytes does not fit into an MQTT packet; 65535 do")
    return struct.pack(">H", len(data)) + data


def packet(first, *fields):
    length = sum(len(field) for field in fields)
    head = bytearray((first,))
    while length > 127:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return b"".join((head,) + fields)
