"""The UF2 format: what is copied to the drive of an RP2 board in its bootloader.

Blocks of 512 bytes that say each where it belongs: https://github.com/microsoft/uf2, and RP2350 datasheet, 5.5.2.
"""

import struct
from typing import NamedTuple

BLOCK = 512
MOST_DATA = 476
MAGIC = b"UF2\x0a"
_START, _SECOND, _END = 0x0A324655, 0x9E5D5157, 0x0AB16F30
_NOT_FOR_FLASH, _HAS_FAMILY = 0x1, 0x2000
_HEAD, _TAIL = struct.Struct("<8I"), struct.Struct("<I")
# "absolute": for every chip. Images for the RP2350 begin with such a block, because of its erratum E10.
ANY_CHIP = 0xE48BFF57
CHIPS = {0xE48BFF56: "RP2040", 0xE48BFF59: "RP2350", 0xE48BFF5A: "RP2350"}


class Uf2(NamedTuple):
    """`family`: of the chip it is for, 0 when it does not say. `content`: in order of address."""

    family: int
    content: bytes


def parse(data: bytes) -> Uf2:
    """ValueError says what is damaged."""
    if not data or len(data) % BLOCK:
        raise ValueError("the file ends in the middle of a block: it was not copied to its end")
    parts: dict[int, bytes] = {}
    families: dict[int, tuple[int, set[int]]] = {}
    for start in range(0, len(data), BLOCK):
        family, address, number, count, payload = _block(data[start : start + BLOCK], start // BLOCK)
        families.setdefault(family, (count, set()))[1].add(number)
        if family != ANY_CHIP:
            parts[address] = payload
    for family, (count, numbers) in families.items():
        if family != ANY_CHIP and len(numbers) != count:
            raise ValueError(f"{len(numbers)} of {count} blocks are there: it was not copied to its end")
    named = [family for family in families if family != ANY_CHIP]
    if len(named) != 1:
        raise ValueError("it is for several chips at once" if named else "it holds nothing for a flash")
    return Uf2(named[0], b"".join(parts[address] for address in sorted(parts)))


def _block(block: bytes, at: int) -> tuple[int, int, int, int, bytes]:
    """Family, address, number, count, payload."""
    start, second, flags, address, size, number, count, family = _HEAD.unpack_from(block)
    (end,) = _TAIL.unpack_from(block, BLOCK - _TAIL.size)
    if (start, second, end) != (_START, _SECOND, _END) or size > MOST_DATA:
        raise ValueError(f"block {at} is damaged")
    if flags & _NOT_FOR_FLASH:
        return ANY_CHIP, address, number, count, b""
    return family if flags & _HAS_FAMILY else 0, address, number, count, block[_HEAD.size : _HEAD.size + size]
