"""Espressif's image format: a boot loader, and MicroPython at 64 KiB, in one file for esptool.

Header, segments, a checksum and a SHA-256: ESP-IDF programming guide, "App image format".
"""

import hashlib
import struct
from typing import NamedTuple

MAGIC = b"\xe9"
APP_AT = 0x10000  # in flash, by MicroPython's partition tables
_HEAD, _SEGMENT = struct.Struct("<BBBBI8xH8xB"), struct.Struct("<II")
_SEED = 0xEF
_MOST_SEGMENTS = 16


class Chip(NamedTuple):
    """`offset`: where the boot loader lies in its flash."""

    name: str
    offset: int


CHIPS = {0: Chip("ESP32", 0x1000), 9: Chip("ESP32-S3", 0x0)}


def parse(data: bytes) -> Chip:
    """The chip that the file is for. ValueError says what is damaged, or that the chip is not known."""
    number = _image(data, 0, "the boot loader")
    chip = CHIPS.get(number)
    if chip is None:
        raise ValueError(f"it is for a chip that Pullcord does not know (Espressif's number {number})")
    if len(data) <= APP_AT - chip.offset:
        raise ValueError("it holds no program behind the boot loader: take the .bin for a new board, not an update")
    if _image(data, APP_AT - chip.offset, "the program") != number:
        raise ValueError("boot loader and program are for two chips")
    return chip


def _image(data: bytes, at: int, what: str) -> int:
    """The chip's number. `at`: where the image begins."""
    try:
        magic, segments, _, _, _, chip, has_hash = _HEAD.unpack_from(data, at)
        if magic != MAGIC[0] or not 0 < segments <= _MOST_SEGMENTS:
            raise ValueError(f"{what} does not begin as one")
        place, found = at + _HEAD.size, _SEED
        for _ in range(segments):
            size = _SEGMENT.unpack_from(data, place)[1]
            place += _SEGMENT.size
            found ^= _xor(data[place : place + size])
            place += size
        end = at + ((place - at) // 16 + 1) * 16
        good = data[end - 1] == found
        if good and has_hash:
            good = hashlib.sha256(data[at:end]).digest() == data[end : end + 32]
    except (struct.error, IndexError):
        raise ValueError(f"{what} ends too early: the file was not copied to its end") from None
    if not good:
        raise ValueError(f"{what} is damaged: its checksum is wrong")
    return int(chip)


def _xor(data: bytes) -> int:
    """Of all bytes. Folded as one large number: a loop over two million bytes takes too long for twenty boards."""
    value, size = int.from_bytes(data, "little"), len(data)
    while size > 1:
        half = (size + 1) // 2
        value = (value >> 8 * half) ^ (value & ((1 << 8 * half) - 1))
        size = half
    return value
