"""MicroPython onto an ESP32, by esptool: a program of its own (GPL), whose output is put into words."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pullcord.images.recognise import Image

PROGRAM = (sys.executable, "-m", "esptool")
BAUD = 460800
DEADLINE_S = 600.0
_PERCENT = re.compile(rb"(\d{1,3})(?:\.\d+)? ?%")
_HOLD = "hold its BOOT button while it is plugged in, let go, and try again"
# What esptool says, and what a person does about it.
_WORDS = (
    ("the port is busy or doesn't exist", "another program has the port open, or the board was unplugged"),
    ("Failed to connect", f"the chip does not answer: {_HOLD}; a cable that only charges does the same"),
    ("Wrong --chip argument", "it is another chip than the one its image is for: look at the board's name"),
    ("No module named", "esptool is not installed: `pip install esptool`"),
    ("does not match", "what was written reads back differently: a shorter cable, or another board: its flash is worn"),
    ("The chip stopped responding", f"the connection was lost: a shorter cable, no hub; {_HOLD}"),
    ("Packet content transfer stopped", f"the connection was lost: a shorter cable, no hub; {_HOLD}"),
    ("serial exception", "it was unplugged, and may hold half an image: plug it in and run the command again"),
    ("Input/output error", "it was unplugged, and may hold half an image: plug it in and run the command again"),
)


class ImageFailed(Exception):
    """MicroPython did not come onto the board, in a sentence that says what to do."""


def command(port: str, file: Path, image: Image, program: Sequence[str] = PROGRAM, erase: bool = False) -> list[str]:
    """The line that is run. `erase`: the whole flash, with all that a board may still hold."""
    chip = image.chip.lower().replace("-", "")
    words = [*program, "--chip", chip, "--port", port, "--baud", str(BAUD), "write-flash"]
    return [*words, *(["--erase-all"] if erase else []), f"{image.offset:#x}", str(file)]


def write(
    port: str,
    file: Path,
    image: Image,
    progress: Callable[[int], None] = lambda percent: None,
    program: Sequence[str] = PROGRAM,
    erase: bool = False,
) -> None:
    """Write, verify and restart. esptool reads back the sum of what it wrote. Raises ImageFailed."""
    try:
        process = subprocess.Popen(
            command(port, file, image, program, erase),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise ImageFailed(f"esptool cannot be started ({error.strerror})") from error
    late = threading.Timer(DEADLINE_S, process.kill)
    late.start()
    try:
        said = _follow(process, progress)
    finally:
        process.kill()
        code = process.wait()
        late.cancel()
    if code or "Hash of data verified" not in said:
        raise ImageFailed(in_words(said, late.finished.is_set() and code < 0))


def in_words(said: str, too_late: bool = False) -> str:
    if too_late:
        return f"esptool did not come to an end in {DEADLINE_S:.0f} s: {_HOLD}"
    for mark, words in _WORDS:
        if mark in said:
            return words
    fatal = re.search(r"fatal error occurred: (.*)", said)
    lines = [fatal[1]] if fatal else [line.strip() for line in said.splitlines() if line.strip()]
    return f"esptool: {lines[-1] if lines else 'ended without a word'}"


def _follow(process: "subprocess.Popen[bytes]", progress: Callable[[int], None]) -> str:
    """All that it says, while it says it: the bar is drawn anew without a line's end."""
    assert process.stdout
    said, seen = bytearray(), -1
    while chunk := os.read(process.stdout.fileno(), 4096):
        said += chunk
        if found := _PERCENT.findall(chunk):
            percent = int(found[-1])
            if percent != seen:
                seen = percent
                progress(percent)
    return said.decode(errors="replace")
