"""The address that belongs to a name, asked for without blocking. Loaded when the broker has a name, and forgotten.

A board's own look-up blocks for as long as the name server is silent, and no lamp moves meanwhile. One question of
RFC 1035 by UDP, repeated; names that end in .local are asked for by multicast (RFC 6762, 5.1).
"""

import asyncio
import socket

DEADLINE_MS = 5000
REPEAT_MS = 1000
POLL_MS = 20
_MULTICAST = "224.0.0.251"


def opener(inner, server: str, known: dict):
    """A stream opener that looks the host up before `inner` connects.

    `known` keeps the last address, which serves when nobody answers.
    """

    async def opened(host, port):
        try:
            known["address"] = await look_up(host, server)
        except OSError:
            if "address" not in known:
                raise
        return await inner(known["address"], port)

    return opened


async def look_up(name: str, server: str, port: int = 53) -> str:
    """The numeric address of `name`; OSError with words for people when nobody knows it in time."""
    if name.endswith(".local"):
        server, port = _MULTICAST, 5353
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        asking.setblocking(False)
        where = socket.getaddrinfo(server, port)[0][-1]
        for _ in range(DEADLINE_MS // REPEAT_MS):
            _ask(asking, where, name)
            for _ in range(REPEAT_MS // POLL_MS):
                await asyncio.sleep_ms(POLL_MS)
                address = _heard(asking, name)
                if address is not None:
                    return address
    finally:
        asking.close()
    raise OSError("no name server at %s answers for %s: a numeric address needs none" % (server, name))


def question(name: str) -> bytes:
    """A query for the address (A record) of `name`. Its number follows from the name: nobody listens in between."""
    labels = b"".join([bytes([len(label)]) + label.encode() for label in name.split(".")])
    return bytes([len(name) & 0xFF, sum(labels) & 0xFF]) + b"\1\0\0\1\0\0\0\0\0\0" + labels + b"\0\0\1\0\1"


def answer(name: str, data: bytes):
    """The address in an answer, None when this is none to our question. OSError: there is no such name."""
    asked = question(name)
    if data[:2] not in (asked[:2], b"\0\0") or len(data) < 12 or not data[2] & 0x80:
        return None
    if data[3] & 0x0F:
        raise OSError("the name %s is not known here: is it right? (name server: %d)" % (name, data[3] & 0x0F))
    at = 12
    for _ in range(data[5]):
        at = _after_name(data, at) + 4
    for _ in range(data[7]):
        at = _after_name(data, at)
        length = data[at + 8] << 8 | data[at + 9]
        if data[at : at + 2] == b"\0\1" and length == 4 and len(data) >= at + 14:
            return ".".join([str(byte) for byte in data[at + 10 : at + 14]])
        at += 10 + length
    return None


def _ask(asking, where, name):
    try:
        asking.sendto(question(name), where)
    except OSError:
        pass  # no way to it for now: asked again


def _heard(asking, name):
    try:
        data = asking.recv(512)
    except OSError:
        return None  # nothing yet
    try:
        return answer(name, data)
    except IndexError:
        return None  # cut short


def _after_name(data, at):
    while data[at]:
        if data[at] & 0xC0:
            return at + 2
        at += 1 + data[at]
    return at + 1
