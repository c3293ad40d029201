"""Finds what virtual stations run on: real MicroPython when it is there, otherwise this CPython."""

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAY_WHAT = "import sys; print(sys.implementation.name, *sys.implementation.version[:3], sys.maxsize > 2**31)"
DEADLINE_S = 20


class RuntimeUnusable(Exception):
    """The MicroPython that was asked for does not run; the message says which and why."""


@dataclass(frozen=True)
class Runtime:
    """`command` starts it; `str(runtime)` is for people: "micropython 1.25.0 (32-bit)"."""

    command: tuple[str, ...]
    name: str
    version: str
    bits: int

    @property
    def is_micropython(self) -> bool:
        return self.name == "micropython"

    def with_heap(self, kib: int | None) -> list[str]:
        """The command with a limited heap. CPython has none to limit."""
        limited = self.is_micropython and kib
        return [*self.command, *(["-X", f"heapsize={kib}K"] if limited else [])]

    async def start(
        self, script: Path, arguments: dict[str, Any], heap_kib: int | None
    ) -> asyncio.subprocess.Process:
        """Run a script that reads `arguments` as a line of JSON; what it says is at the process' stdout."""
        process = await asyncio.create_subprocess_exec(
            *self.with_heap(heap_kib),
            str(script),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the terminal is for the host, not for the board
        )
        assert process.stdin
        # not as an argument: MicroPython takes none above 255 bytes
        process.stdin.write(json.dumps(arguments).encode() + b"\n")
        process.stdin.close()
        return process

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.bits}-bit)"


def cached_build() -> Path:
    """Where the 32-bit MicroPython of `make test` lies: a Debian tree, run through its own loader."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pullcord" / "mp"


def cpython() -> Runtime:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Runtime((sys.executable,), "cpython", version, 64 if sys.maxsize > 2**32 else 32)


def micropython() -> Runtime | None:
    """The first of $PULLCORD_MICROPYTHON, the cached 32-bit build, `micropython` on the path; or None.

    Raises RuntimeUnusable when one is there and does not run.
    """
    command = _candidate()
    return _ask(command) if command else None


def find() -> Runtime:
    """MicroPython, or CPython when there is none."""
    return micropython() or cpython()


def _candidate() -> tuple[str, ...] | None:
    if named := os.environ.get("PULLCORD_MICROPYTHON"):
        return tuple(shlex.split(named))
    tree = cached_build()
    program = tree / "usr/bin/micropython"
    if program.exists():
        loader, libraries = tree / "lib/ld-linux.so.2", tree / "usr/lib/i386-linux-gnu"
        return (str(loader), "--library-path", str(libraries), str(program))
    on_path = shutil.which("micropython")
    return (on_path,) if on_path else None


def _ask(command: tuple[str, ...]) -> Runtime:
    try:
        answer = subprocess.run(
            [*command, "-c", SAY_WHAT], capture_output=True, text=True, timeout=DEADLINE_S, check=True
        )
        name, major, minor, patch, wide = answer.stdout.split()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise RuntimeUnusable(
            f"MicroPython does not run: {shlex.join(command)}: {error}. "
            "Install it (`apt-get install micropython`) or unset PULLCORD_MICROPYTHON."
        ) from error
    return Runtime(command, name, f"{major}.{minor}.{patch}", 64 if wide == "True" else 32)
