"""MicroPython's ROMFS: a read-only file system in one block of memory, from which modules run where they lie.

The format is told in MicroPython's manual (docs/reference/romfs.rst): records of kind, length and payload, the whole
being a record of a kind of its own.
"""

from collections.abc import Mapping

_IMAGE = b"\xd2\xcd\x31"  # the kind of the outermost record, encoded
_VERBATIM, _FOLDER, _FILE = 2, 4, 5


def image(files: Mapping[str, bytes]) -> bytes:
    """A file system that holds `files`: content by path, folders separated by slashes."""
    content = _content(files)
    return _IMAGE + _number(len(content)) + content


def _content(files: Mapping[str, bytes]) -> bytes:
    folders: dict[str, dict[str, bytes]] = {}
    records = b""
    for path, data in sorted(files.items()):
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = data
        else:
            records += _record(_FILE, _name(name) + _record(_VERBATIM, data))
    return records + b"".join(_record(_FOLDER, _name(name) + _content(inner)) for name, inner in folders.items())


def _record(kind: int, payload: bytes) -> bytes:
    return _number(kind) + _number(len(payload)) + payload


def _name(name: str) -> bytes:
    return _number(len(name.encode())) + name.encode()


def _number(value: int) -> bytes:
    """Seven bits a byte, the highest first; all but the last have their top bit set."""
    encoded = bytes([value & 0x7F])
    while value := value >> 7:
        encoded = bytes([0x80 | value & 0x7F]) + encoded
    return encoded
