"""Smaller PNGs for the documentation: the browser's own are made in a hurry.

Flat areas and text compress better without row filters; colours are rounded to steps of 4, which no eye sees.
"""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB_8_BIT = (8, 2, 0, 0, 0)  # depth, colour type, compression, filter, no interlace
STEP = 4
ROUNDED = bytes(min(255, round(value / STEP) * STEP) for value in range(256))


def smaller(picture: bytes) -> bytes:
    """The same picture, encoded anew. ValueError for anything but 8-bit RGB without interlace."""
    chunks = list(_chunks(picture))
    header = next(data for kind, data in chunks if kind == b"IHDR")
    width, height, *how = struct.unpack(">IIBBBBB", header)
    if tuple(how) != RGB_8_BIT:
        raise ValueError(f"an 8-bit RGB picture is needed, this one has {how}")
    data = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    rows = b"".join(b"\0" + row.translate(ROUNDED) for row in _rows(data, 3 * width, height))
    made = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in made)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(data: bytes, size: int, height: int) -> Iterator[bytes]:
    """The rows without their filters (https://www.w3.org/TR/png-3/#9Filters)."""
    above = bytearray(size + 3)
    for start in range(0, height * (size + 1), size + 1):
        row = bytearray(3) + data[start + 1 : start + 1 + size]  # black left of the edge
        FILTERS[data[start]](row, above)
        yield bytes(row[3:])
        above = row


# Each takes a filtered row and the finished one above it, both with three bytes of black before them.


def _none(row: bytearray, above: bytearray) -> None:
    """Nothing was taken off."""


def _sub(row: bytearray, above: bytearray) -> None:
    for i in range(3, len(row)):
        row[i] = (row[i] + row[i - 3]) & 0xFF


def _up(row: bytearray, above: bytearray) -> None:
    for i in range(3, len(row)):
        row[i] = (row[i] + above[i]) & 0xFF


def _average(row: bytearray, above: bytearray) -> None:
    for i in range(3, len(row)):
        row[i] = (row[i] + (row[i - 3] + above[i]) // 2) & 0xFF


def _paeth(row: bytearray, above: bytearray) -> None:
    for i in range(3, len(row)):
        left, up, corner = row[i - 3], above[i], above[i - 3]
        to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        if to_left <= to_up and to_left <= to_corner:
            nearest = left
        else:
            nearest = up if to_up <= to_corner else corner
        row[i] = (row[i] + nearest) & 0xFF


FILTERS = (_none, _sub, _up, _average, _paeth)
