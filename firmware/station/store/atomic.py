"""A small file that is whole or as it was before: the last good config, the count of crashes."""

import os
from binascii import crc32

_TAIL = 8  # length and crc32 of the data, four bytes each
_PIECE = 128


def save(path: str, data: bytes) -> None:
    """Write `data` durably. A cut leaves the data before or the new one. OSError: the file is as before.

    The one before stays beside it as `path.old`, for the day that `path` is damaged.
    """
    put(path + ".new", data)
    _replace(path)


def copy(source: str, path: str) -> None:
    """`save` what is in the file `source`, however little memory there is in one piece."""
    length = crc = 0
    with open(source, "rb") as file, open(path + ".new", "wb") as new:
        for piece in _pieces(file, os.stat(source)[6]):
            length += new.write(piece)
            crc = crc32(piece, crc)
        new.write(_tail(length, crc))
    _replace(path)


def load(path: str):
    """The data saved last, the data before it when that is damaged, or None when there is neither."""
    data = read(path)
    return read(path + ".old") if data is None else data


def put(path: str, data: bytes) -> None:
    """Write straight over it, which costs the flash a quarter of `save`: for two files that take turns."""
    with open(path, "wb") as file:
        file.write(data + _tail(len(data), crc32(data)))


def read(path: str):
    """What is in this one file, None when it is not there or not whole."""
    try:
        with open(path, "rb") as file:
            stored = file.read()
    except OSError:
        return None
    data = stored[:-_TAIL]
    return data if len(stored) >= _TAIL and stored[-_TAIL:] == _tail(len(data), crc32(data)) else None


def _replace(path):
    if _is_whole(path):
        os.rename(path, path + ".old")
    os.rename(path + ".new", path)


def _is_whole(path):
    try:
        with open(path, "rb") as file:
            length, crc = os.stat(path)[6] - _TAIL, 0
            for piece in _pieces(file, length):
                crc = crc32(piece, crc)
            return file.read() == _tail(length, crc)
    except (OSError, OverflowError):
        return False


def _pieces(file, length):
    while length > 0:
        piece = file.read(min(_PIECE, length))
        if not piece:
            return
        length -= len(piece)
        yield piece


def _tail(length, crc):
    return length.to_bytes(4, "little") + crc.to_bytes(4, "little")
