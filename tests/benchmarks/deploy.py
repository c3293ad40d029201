"""How long a firmware takes onto a board, beside `mpremote cp -r` of the same files."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pullcord.firmware.compiled import FIRMWARE
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import runtime
from pullcord.sim.usb_board import VirtualBoard
from pullcord.sim.usb_place import VirtualUsb

BAUD = 115200
ROOT = Path(__file__).resolve().parents[2]
PLANT = ROOT / "docs" / "examples" / "plant.yaml"
DEADLINE_S = 900

HOW = (
    "Each tool on a virtual board of its own that holds a station's config: 32-bit MicroPython {version}, littlefs, "
    "erasing a block takes 45 ms as on an RP2. Whole commands, one after another in one run: `pullcord deploy PORT "
    "--firmware` and `mpremote connect PORT cp -r FIRMWARE/. :` of the same .py tree ({files} files, {bytes} bytes): "
    "with an empty compile cache onto a bare board, then unchanged, then with one changed file (station/net/wifi.py). "
    "Ours compiles, verifies by reading back and restarts the board, where the station then runs; one that says that "
    "it runs this firmware already is left alone (unchanged). mpremote skips unchanged files by hash. Ratios: "
    "mpremote's seconds by ours, at {baud} baud. Seconds without that limit are reported, not judged."
)
STEPS = ("first", "unchanged", "one_file")


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "firmware")
        shutil.copytree(FIRMWARE, source, ignore=shutil.ignore_patterns("__pycache__"))
        with VirtualUsb(Path(folder, "usb")) as usb:
            bench = Bench(usb, Path(folder), source)
            slow, fast = bench.both(BAUD), bench.both(None)
        sizes = [file.stat().st_size for file in source.rglob("*.py")]
    figures: dict[str, Any] = {f"{step}_ratio": slow["mpremote"][step] / slow["pullcord"][step] for step in STEPS}
    figures |= {f"{tool}_{BAUD}_s": times for tool, times in slow.items()}
    figures |= {f"{tool}_unlimited_s": times for tool, times in fast.items()}
    found = runtime.micropython()
    how = HOW.format(version=found.version if found else "?", files=len(sizes), bytes=sum(sizes), baud=BAUD)
    return {"figures": figures, "how": how}


class Bench:
    def __init__(self, usb: VirtualUsb, folder: Path, source: Path) -> None:
        self._usb, self._folder, self._source = usb, folder, source
        self._changed = folder / "changed"
        shutil.copytree(source, self._changed)
        file = self._changed / "station" / "net" / "wifi.py"
        file.write_text(file.read_text() + "\n\ndef changed():\n    return 1\n")
        self._runs = 0

    def both(self, baud: int | None) -> dict[str, dict[str, float]]:
        return {tool: self._tool(tool, baud) for tool in ("pullcord", "mpremote")}

    def _tool(self, tool: str, baud: int | None) -> dict[str, float]:
        self._runs += 1
        board = self._usb.add(f"{tool}-{self._runs}", on=False, erase_ms=45)
        board.put({"config.json": _config()})
        board.power_on()
        board.slow(baud)
        command = self._pullcord if tool == "pullcord" else self._mpremote
        times = {
            "first": _timed(*command(board, self._source)),
            "unchanged": _timed(*command(board, self._source)),
            "one_file": _timed(*command(board, self._changed)),
        }
        board.cut_power()
        return times

    def _pullcord(self, board: VirtualBoard, source: Path) -> tuple[list[str], dict[str, str]]:
        found = runtime.micropython()
        assert found, "the virtual boards need MicroPython"
        environment = {
            **self._usb.environment,
            "XDG_CACHE_HOME": str(self._folder / f"cache-{self._runs}"),
            "PULLCORD_MICROPYTHON": shlex.join(found.command),
        }
        command = ["-m", "pullcord.cli", "deploy", board.path, "--firmware", "--source", str(source), "--stop-the-line"]
        return [sys.executable, *command], environment

    def _mpremote(self, board: VirtualBoard, source: Path) -> tuple[list[str], dict[str, str]]:
        return [sys.executable, "-m", "mpremote", "connect", board.path, "cp", "-r", f"{source}/.", ":"], {}


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.monotonic()
    variables = {**os.environ, **environment}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=DEADLINE_S)
    took = time.monotonic() - start
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    time.sleep(2)  # the station starts
    return round(took, 2)


def _config() -> bytes:
    profiles = board_profiles.load()
    made = compile_plant(load(PLANT, profiles), profiles)
    return json.dumps(next(one.config for one in made if one.path.endswith("st-04"))).encode()
