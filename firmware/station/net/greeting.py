"""The beginning of a session: connect, say who we are, subscribe. Loaded when it is needed, and forgotten again."""

import asyncio
import struct

from station.net import in_words
from station.net.mqtt import MqttError, Session
from station.net.packets import PacketError, number, packet, text

CONNACK = 0x20
SUBACK = 0x90


async def greet(stream_opener, options, on_message, on_ack):
    """A Session with the broker. `await stream_opener(host, port)` gives (reader, writer).

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
    _send_at_once(streams[1])
    session = Session(streams[0], streams[1], options, on_message, on_ack)
    try:
        await _introduce(session, options)
    except BaseException:
        await session.close()
        raise
    return session


async def subscribe(session, topics):
    """[(topic, qos), ...]. Raises MqttError when the broker refuses one of them."""
    packet_id = session.new_id()
    answered_id, codes = read_suback(await _ask(session, subscribe_packet(packet_id, topics), SUBACK, "a subscription"))
    if answered_id != packet_id or len(codes) != len(topics):
        raise MqttError("the broker's answer to a subscription does not fit it")
    for (topic, _), code in zip(topics, codes):
        if code > 2:
            raise MqttError(f"the broker refused the subscription to {topic}: look at its access rules")


def connect_packet(client_id, keepalive_s, user=None, password=None, will=None):
    """CONNECT with a clean session. `will`: (topic, payload), QoS 1 and retained, or None."""
    flags = 0x02
    fields = [text(client_id)]
    if will:
        flags |= 0x04 | 0x08 | 0x20
        fields += [text(will[0]), text(will[1])]
    if user:
        flags |= 0x80
        fields.append(text(user))
        if password:
            flags |= 0x40
            fields.append(text(password))
    return packet(0x10, struct.pack(">H4sBBH", 4, b"MQTT", 4, flags, keepalive_s), *fields)


def subscribe_packet(packet_id, topics):
    """SUBSCRIBE to [(topic, qos), ...]."""
    fields = [struct.pack(">H", packet_id)]
    for topic, qos in topics:
        fields += [text(topic), bytes((qos,))]
    return packet(0x82, *fields)


def read_connack(body):
    """The return code, 0 when the broker accepted."""
    if len(body) != 2:
        raise PacketError(f"a CONNACK of {len(body)} bytes")
    return body[1]


def read_suback(body):
    """(packet identifier, a return code for each topic: 0, 1, 2, or 128 for refused)."""
    return number(body, 0), body[2:]


def _send_at_once(writer):
    sock = getattr(writer, "s", None)  # MicroPython's stream; CPython has no Nagle's algorithm on
    if hasattr(sock, "setsockopt"):
        try:
            sock.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY
        except OSError:
            pass  # not on this board: only slower


async def _introduce(session, options):
    hello = connect_packet(
        options["client_id"],
        options["keepalive_s"],
        options.get("user"),
        options.get("password"),
        options.get("will"),
    )
    code = read_connack(await _ask(session, hello, CONNACK, "the greeting"))
    if code:
        raise MqttError(in_words("refusal", code))


async def _ask(session, question, kind, what):
    session.answer = None
    session.answered.clear()
    try:
        await asyncio.wait_for_ms(_exchange(session, question), session.wait_s * 1000)
    except asyncio.TimeoutError:
        raise session.error or MqttError(f"the broker did not answer {what} within {session.wait_s} s")
    if session.answer is None:
        raise session.error
    answer_kind, body = session.answer  # it counts also when the broker has closed the connection since
    if answer_kind != kind:
        raise MqttError(f"the broker gave the wrong answer to {what}")
    return body


async def _exchange(session, question):
    await session.write(question)
    await session.answered.wait()
