"""Who is in the field of a reader that gives bare frames. Sections are those of ISO/IEC 14443-3 (type A).

`await exchange(data, last, align, crc)` sends `data`, of the last byte only `last` bits (0: all), and gives None when
nobody answered, otherwise (bytes, errors, place). `align`: how many low bits of the first byte are not received.
`errors`: bits, COLLISION among them; `place`: the first bit that collided, from 1, `align` included, 0 when unknown.
`crc`: CRC_A is added and checked by the chip.
"""

from ..core.kanban import SEVERAL
from .readers import UNCLEAR

COLLISION = 8
_WUPA = b"\x52"  # 6.4.1; wakes also a card that was halted, which REQA does not
_SELECT = b"\x93\x95\x97"  # 6.4.3
_CASCADE_TAG = 0x88


async def look(exchange):
    """A uid of 4, 7 or 10 bytes, None, SEVERAL or UNCLEAR.

    A card that is selected stays silent at the next wake-up (6.3, ACTIVE): whoever answers then is another one. That
    also finds a weak card, whose answers drown in those of a strong one and never collide.
    """
    # twice: a card whose answer was lost, or that is selected still, takes the first one as an error and goes to sleep
    if not await exchange(_WUPA, 7, 0, False) and not await exchange(_WUPA, 7, 0, False):
        return None
    uid = await _select(exchange)
    if len(uid) < 4:
        return uid
    answer = await exchange(_WUPA, 7, 0, False)
    if not answer or len(answer[0]) < 2:
        return uid
    other = await _select(exchange)
    return other if other in (uid, UNCLEAR) else SEVERAL


async def _select(exchange):
    """6.4.3 and 6.4.4: level by level until a card says that its uid is complete."""
    uid = b""
    for command in _SELECT:
        part, collided = await _anticollision(exchange, command)
        if part is None:
            return SEVERAL if collided else UNCLEAR
        answer = await exchange(bytes((command, 0x70)) + part, 0, 0, True)
        if not answer or answer[1] or len(answer[0]) != 1:
            return UNCLEAR
        more = answer[0][0] & 4
        if not more:
            return uid + part[:4]
        if part[0] != _CASCADE_TAG:
            return UNCLEAR
        uid += part[1:4]
    return UNCLEAR


async def _anticollision(exchange, command: int):
    """(four bytes and their check byte, or None, whether answers collided). Each round knows a bit more (6.4.3.1)."""
    known, bits, collided = bytearray(5), 0, False
    while True:
        full, rest = bits >> 3, bits & 7
        sent = bytes((command, (full + 2) << 4 | rest)) + known[: (bits + 7) >> 3]
        answer = await exchange(sent, rest, rest, False)
        if not answer:
            return None, collided
        data, errors, place = answer
        keep = (1 << rest) - 1
        for byte in data[: 5 - full]:
            known[full] = known[full] & keep | byte & ~keep & 0xFF
            full += 1
            keep = 0
        if not errors:
            good = full == 5 and not known[0] ^ known[1] ^ known[2] ^ known[3] ^ known[4]
            return bytes(known) if good else None, collided
        # of the two answers go on with the one that has a 1 there
        at = (bits & ~7) + place - 1
        if errors != COLLISION or not place or not bits <= at < 32:
            return None, collided or errors == COLLISION
        known[at >> 3] = known[at >> 3] & ((1 << (at & 7)) - 1) | 1 << (at & 7)
        bits, collided = at + 1, True
