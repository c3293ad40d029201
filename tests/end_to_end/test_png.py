"""The picture stays what it was, whatever filter its rows had."""

import random
import struct
import zlib

import pytest

from tests.end_to_end.png import FILTERS, RGB_8_BIT, SIGNATURE, _chunk, _rows, smaller

WIDTH, HEIGHT = 7, 15


def a_picture(how=RGB_8_BIT) -> tuple[bytes, list[bytes]]:
    """(PNG with each of the five filters, its rows)"""
    chance = random.Random(4)
    rows = [bytes(chance.randrange(0, 256, 4) for _ in range(3 * WIDTH)) for _ in range(HEIGHT)]
    data = b""
    above = bytearray(3 * WIDTH + 3)
    for number, row in enumerate(rows):
        data += bytes([number % 5]) + filtered(number % 5, row, above)
        above = bytearray(3) + row
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, *how)
    made = [(b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in made), rows


def filtered(kind: int, row: bytes, above: bytearray) -> bytes:
    """Byte by byte, the one that the filter makes into what the row has."""
    made = bytearray(3)
    for i in range(3, 3 + len(row)):
        done = bytearray(3) + row[: i - 3] + b"\0"
        raw = bytearray(made) + b"\0"
        FILTERS[kind](raw, above)
        made.append((row[i - 3] - raw[i]) & 0xFF)
        assert raw[:i] == done[:i]
    return bytes(made[3:])


def test_every_filter_is_undone_and_the_colours_stay():
    picture, rows = a_picture()
    made = smaller(picture)
    (length,) = struct.unpack_from(">I", made, 33)
    assert list(_rows(zlib.decompress(made[41 : 41 + length]), 3 * WIDTH, HEIGHT)) == rows


def test_another_kind_of_picture_is_refused():
    with pytest.raises(ValueError, match="8-bit RGB"):
        smaller(a_picture((8, 6, 0, 0, 0))[0])
