"""A small file that is whole or as it was before: the last good config, the count of crashes."""

import os
from binascii import crc32

_TAIL = 8  # length and crc32 of the data, four bytes each


def save(path: str, data: bytes) -> None:
    """Write `data` durably. A cut leaves the data before or the new one. OSError: the file is as before.

    The one before stays beside it as `path.old`, for the day that `path` is damaged.
    """
    put(path + ".new", data)
    if read(path) is not None:
        os.rename(path, path + ".old")
    os.rename(path + ".new", path)


def load(path: str):
    """The data saved last, the data before it when that is damaged, or None when there is neither."""
    data = read(path)
    return read(path + ".old") if data is None else data


def put(path: str, data: bytes) -> None:
    """Write straight over it, which costs the flash a quarter of `save`: for two files that take turns."""
    with open(path, "wb") as file:
        file.write(data + _tail(data))


def read(path: str):
    """What is in this one file, None when it is not there or not whole."""
    try:
        with open(path, "rb") as file:
            stored = file.read()
    except OSError:
        return None
    data = stored[:-_TAIL]
    return data if len(stored) >= _TAIL and stored[-_TAIL:] == _tail(data) else None


def _tail(data):
    return len(data).to_bytes(4, "little") + crc32(data).to_bytes(4, "little")
