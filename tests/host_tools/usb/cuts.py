"""Sweeps of power cuts over a deploy, for tests and for the benchmark."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from pullcord.firmware.release import STARTER, Release
from pullcord.sim import runtime

HERE = Path(__file__).resolve().parent
HOST_TOOLS = HERE.parents[2] / "host_tools" / "pullcord"
DEADLINE_S = 600


def sweep(
    old: Release | None, new: Release, parts: tuple[float, ...] = (0.0, 0.5, 0.95), step: int = 1, config: bytes = b"2"
) -> dict[str, Any]:
    """Cuts at each `step`th operation of the flash, each with these shares of it done: see flash/sweep.py."""
    found = runtime.micropython()
    assert found
    arguments = {
        "host_tools": str(HOST_TOOLS.parent),
        "usb": str(HOST_TOOLS / "usb" / "on_board"),
        "old": _told(old, b"1" * 300) if old else None,
        "new": _told(new, config * 400),
        "starter": STARTER.decode(),
        "parts": parts,
        "step": step,
    }
    done = subprocess.run(
        [*found.with_heap(8192), str(HERE / "flash" / "sweep.py")],
        input=json.dumps(arguments) + "\n",
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _told(release: Release, config: bytes) -> dict[str, str]:
    content = {"pack": release.pack, "slot": release.starters["/slot.mpy"], "config": config}
    return {name: base64.b64encode(data).decode() for name, data in content.items()}
