"""Runs a program of `littlefs/` on MicroPython: the store on real littlefs, over a flash that loses power."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.on_micropython.runner import REPOSITORY, find_micropython

PROGRAMS = Path(__file__).with_name("littlefs")
HEAP_KIB = 32 * 1024  # whole flashes lie in memory


def run_program(name: str, *arguments: object, deadline_s: float = 600) -> dict[str, Any]:
    """The JSON that the program prints last. RuntimeError: it ended otherwise, or there is no MicroPython."""
    command = find_micropython()
    if command is None:
        raise RuntimeError("needs MicroPython: `make test` puts it there, or `apt-get install micropython`")
    command += ["-X", f"heapsize={HEAP_KIB}K", str(PROGRAMS / f"{name}.py"), str(REPOSITORY)]
    command += [str(argument) for argument in arguments]
    process = subprocess.run(command, capture_output=True, text=True, timeout=deadline_s, check=False)
    if process.returncode:
        said = (process.stdout + process.stderr)[-4000:]
        raise RuntimeError(f"{name}.py ended with code {process.returncode}:\n{said}")
    *said, last = process.stdout.strip().splitlines()
    # MicroPython closes forgotten files of a flash without power while collecting, and says that it cannot.
    return {**json.loads(last), "said": [line for line in said if not line.startswith("OSError: [Errno 5]")]}
