"""PN532 over SPI or UART. Sections are those of NXP's PN532 User Manual, UM0701-02.

The chip does the anticollision by itself and says how many cards it found.
"""

import asyncio

from ..core.kanban import SEVERAL
from .readers import UNCLEAR
from .rfid import Reader


class Pn532(Reader):
    """`item`: the reader of the config. A step between two waits takes about 50 bytes of SPI: below 1 ms.

    `wire` has `wake()`, `write(frame)` and `read()`, which gives the next frame as `unwrap` does, None before.
    """

    def __init__(self, item: dict, machine, wire):
        super().__init__()
        bus = item["bus"]
        self._name = item["name"]
        self._wire = wire
        self._reset = machine.Pin(bus["reset"], machine.Pin.OUT, value=1) if "reset" in bus else None

    async def _start(self) -> None:
        if self._reset is not None:
            self._reset.value(0)
            await asyncio.sleep_ms(1)
            self._reset.value(1)
            await asyncio.sleep_ms(10)
        self._wire.wake()
        await asyncio.sleep_ms(5)
        self._wire.write(b"\x00\x00\xff\x00\xff\x00")  # an ACK ends a command that still runs: 6.2.1.3
        await self._ask(b"\x14\x01\x00\x00", 30)  # SAMConfiguration, normal mode: 7.2.10; first of all after power-on
        await self._ask(b"\x12\x00", 30)  # SetParameters: no RATS by itself, so that all answers look alike: 7.2.9
        await self._ask(b"\x32\x05\xff\x01\x00", 30)  # RFConfiguration, MaxRetries: one try for a card: 7.3.1
        await self._field_off()

    async def _look(self):
        found = await self._ask(b"\x4a\x02\x00", 100)  # InListPassiveTarget, two at most, type A: 7.3.5
        await self._field_off()
        return _in_the_field(found)

    async def _field_off(self) -> None:
        """A card that was listed stays silent at the next look, unless it loses its power: RFConfiguration, 7.3.1."""
        await self._ask(b"\x32\x01\x00", 30)

    async def _ask(self, command: bytes, limit_ms: int) -> bytes:
        """What the answer holds behind its code."""
        wire = self._wire
        body = b"\xd4" + command
        head = bytes((len(body), -len(body) & 0xFF))
        wire.write(b"\x00\x00\xff" + head + body + bytes((-sum(body) & 0xFF, 0)))  # 6.2.1.1
        # looks are counted, not time: while flash is erased, the board stands still and the chip does not
        for _ in range(limit_ms // 2):
            try:
                got = wire.read()
            except ValueError:
                break
            if got and (got[0] != 0xD5 or got[1] != command[0] + 1):
                break
            if got:
                return got[2:]
            if got is None:
                await asyncio.sleep_ms(2)
        raise OSError("%s: the PN532 does not answer as it should: check cable, supply, switches and pins" % self._name)


def unwrap(data: bytes):
    """(body of the first frame, what is left of `data`). b"" is an ACK, None that it is not all there: 6.2.1.

    ValueError: a wrong checksum.
    """
    start = data.find(b"\x00\xff")
    if start < 0 or len(data) < start + 4:
        return None, data
    length, check = data[start + 2], data[start + 3]
    end = start + 5 + length
    if length == 0 and check == 0xFF:
        return b"", data[start + 4 :]
    if (length + check) & 0xFF:
        raise ValueError("damaged frame")
    if len(data) < end:
        return None, data
    if sum(data[start + 4 : end]) & 0xFF:
        raise ValueError("damaged frame")
    return data[start + 4 : end - 1], data[end:]


def _in_the_field(data: bytes):
    """The answer of InListPassiveTarget: number, then for each its own number, SENS_RES (2), SEL_RES, length, uid."""
    uids, at = set(), 1
    for _ in range(data[0] if data else 1):
        end = at + 5 + (data[at + 4] if len(data) > at + 4 else 0)
        if len(data) < end:
            return UNCLEAR
        uids.add(data[at + 5 : end])
        at = end
    if len(uids) > 1:
        return SEVERAL
    return uids.pop() if uids else None
