"""A crate of bare boards at one computer: `pullcord flash --all`, against the same with one board."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pullcord.sim.usb_board import VirtualBoard
from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.usb import a_crate

BOARDS = 20
BAUD = 115200
DEADLINE_S = 900
# the command as it is, and how often it compiled
COUNTED = """
import sys
from pullcord.cli import main
from pullcord.firmware import release
made, count = release._made, []
release._made = lambda *arguments: count.append(1) or made(*arguments)
code = main.run(sys.argv[1:])
print("compiled", len(count), file=sys.stderr)
sys.exit(code)
"""


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        one = flashed(Path(folder, "one"), 1)
        many = flashed(Path(folder, "many"), BOARDS)
    figures = {
        "boards": many["boards"],
        "seconds": many["seconds"],
        "one_board_seconds": one["seconds"],
        "ratio": many["seconds"] / one["seconds"],
        "compiled": many["compiled"],
        "sent_kb": many["sent"] / 1024,
        "again_seconds": many["again_seconds"],
        "again_sent_kb": many["again_sent"] / 1024,
    }
    how = (
        f"{BOARDS} virtual Pico W without MicroPython, each real 32-bit MicroPython on littlefs (an erase takes 45 ms) "
        f"behind a line of {BAUD} baud; `pullcord flash --all` as a process, cold cache: image by UF2, firmware, "
        "config, secrets, verified, restarted, until each station says that it works. The same with one board before. "
        "Again: the command once more, when nothing is missing."
    )
    return {"figures": figures, "how": how}


def flashed(folder: Path, count: int) -> dict[str, Any]:
    """Bring up so many bare boards, and then once more. RuntimeError when one does not work."""
    folder.mkdir()
    plant, images = a_crate.plant_file(folder, count), a_crate.images(folder)
    with VirtualUsb(folder / "usb") as desk:
        boards = [_bare(desk, number) for number in range(1, count + 1)]
        environment = {**os.environ, **desk.environment, "XDG_CACHE_HOME": str(folder / "cache")}
        words = ["flash", "--all", "--plant", str(plant), "--images", str(images), "--json"]
        first, seconds, compiled = _timed(words, environment)
        again, again_seconds, _ = _timed(words, environment)
        assert all(board.state == "running" for board in boards)
    return {
        "boards": sum(one["good"] for one in first),
        "seconds": seconds,
        "compiled": compiled,
        "sent": sum(one["sent"] for one in first),
        "again_seconds": again_seconds,
        "again_sent": sum(one["sent"] + one["image"] for one in again),
    }


def _bare(desk: VirtualUsb, number: int) -> VirtualBoard:
    board = desk.add(f"board-{number}", uid=a_crate.uid(number), blank=True, erase_ms=45)
    board.slow(BAUD)
    return board


def _timed(words: list[str], environment: dict[str, str]) -> tuple[list[dict[str, Any]], float, int]:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, *words], env=environment, capture_output=True, text=True, timeout=DEADLINE_S
    )
    seconds = time.monotonic() - started
    if done.returncode:
        raise RuntimeError(f"flash ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)["boards"], seconds, int(done.stderr.split()[-1])
