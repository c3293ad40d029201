"""A firmware in one file: what a board's slot holds. The reading end, and the format, is firmware/slot.py."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARK = b"PULLCORD"
HEAD = 64
WINDOW = 10  # bits, as slot.py unpacks
ENTRY = 8
CHECK = 4
VERSION = 16

Copy = tuple[int, int]  # offset in the old pack, length; offset -1: of the new pack's own bytes


class NoPack(Exception):
    """These bytes are no firmware pack, or not a whole one."""


@dataclass(frozen=True)
class Module:
    """A module in a pack: CRC-32 of its path and of its packed bytes, where these lie."""

    path: bytes
    check: bytes
    offset: int
    size: int


def pack(tree: Path, version: str) -> bytes:
    """The files of a compiled tree as one pack: the same tree, the same bytes. ValueError: it cannot be told so."""
    files = {"/" + str(path.relative_to(tree)): _deflated(path.read_bytes()) for path in sorted(tree.rglob("*.mpy"))}
    folders = sorted({"/" + str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_dir()})
    names = [_crc(path.encode()) for path in [*folders, *files]]
    if len(set(names)) < len(names) or len(version) > VERSION:
        raise ValueError(f"two paths of {tree} have one CRC-32, or {version!r} is longer than {VERSION}")
    offset = HEAD + len(names) * (ENTRY + CHECK)
    index, checks = b"", b""
    for folder in folders:
        index += _crc(folder.encode()) + bytes(4)
        checks += bytes(CHECK)
    for path, data in files.items():
        index += _crc(path.encode()) + offset.to_bytes(4, "little")
        checks += _crc(data)
        offset += len(data)
    body = index + checks + b"".join(files.values())
    head = MARK + len(names).to_bytes(4, "little") + (HEAD + len(body)).to_bytes(4, "little")
    return head + hashlib.sha256(body).digest() + version.encode().ljust(VERSION, b"\0") + body


def digest(data: bytes) -> str:
    """What its head says of its content; the name of this firmware. NoPack."""
    if data[: len(MARK)] != MARK or len(data) < HEAD:
        raise NoPack("this is no firmware pack")
    return data[16:48].hex()


def whole(data: bytes) -> bool:
    return digest(data) == hashlib.sha256(data[HEAD:]).hexdigest()


def start_of(data: bytes) -> int:
    """How many bytes head, index and check sums take."""
    return HEAD + int.from_bytes(data[8:12], "little") * (ENTRY + CHECK)


def modules(start: bytes) -> Iterator[Module]:
    """The modules, in order of their place, by the start of a pack (see `start_of`). NoPack."""
    digest(start)
    if len(start) < start_of(start):
        raise NoPack("this is not the whole start of a firmware pack")
    count, end = int.from_bytes(start[8:12], "little"), int.from_bytes(start[12:16], "little")
    checks = HEAD + count * ENTRY
    found = []
    for number in range(count):
        at = HEAD + number * ENTRY
        offset = int.from_bytes(start[at + 4 : at + 8], "little")
        if offset:
            check = start[checks + number * CHECK : checks + (number + 1) * CHECK]
            found.append((offset, start[at : at + 4], check))
    found.sort()
    for (offset, path, check), (following, _, _) in zip(found, [*found[1:], (end, b"", b"")], strict=True):
        yield Module(path, check, offset, following - offset)


def changes(old_start: bytes, new: bytes) -> list[Copy]:
    """How a board makes the new pack from an old one: what it copies, and what it has to be sent, in order."""
    there = {(module.path, module.check, module.size): module.offset for module in modules(old_start)}
    steps: list[Copy] = [(-1, start_of(new))]
    for module in modules(new[: start_of(new)]):
        offset = there.get((module.path, module.check, module.size), -1)
        last, length = steps[-1]
        if last == offset == -1 or (last >= 0 and offset == last + length):
            steps[-1] = (last, length + module.size)
        else:
            steps.append((offset, module.size))
    return steps


def sent(new: bytes, steps: list[Copy]) -> bytes:
    """The bytes of the new pack that a board has to be sent for these steps."""
    parts, at = [], 0
    for offset, length in steps:
        if offset < 0:
            parts.append(new[at : at + length])
        at += length
    return b"".join(parts)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW)
    return packer.compress(data) + packer.flush()


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")
