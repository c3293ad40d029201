"""Asks a board what it is doing, without interrupting it."""

import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from pullcord.usb.ports import Port
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble
from station.core import lines

PATIENCE_S = 2.5  # a station that looks up a name or shakes hands is away for so long
CTRL_B = b"\x02"  # a prompt greets anew; to a program it is noise
PROMPT = b">>> "
SAFE = b"Pullcord is in safe mode"
ENQUIRY = b"".join(lines.frame(lines.TO_BOARD, "who", 0, 0, "who", b"{}"))
AGAIN_S = 0.5


@dataclass(frozen=True)
class Doing:
    """`station`: the app runs, see `says`; `prompt`: nothing runs; `safe`: safe mode; `silent`: it does not answer.

    says: station, uid, firmware, permit (None: has none), stopped, calls (open ones), watchdog, journal.
    """

    what: Literal["station", "prompt", "safe", "silent"]
    says: dict[str, Any]

    @property
    def line_runs(self) -> bool:
        """Whether a line runs by this board's permit, as far as it says."""
        return self.what == "station" and bool(self.says.get("permit"))


def ask(session: Session, patience_s: float = PATIENCE_S) -> Doing:
    """What it is doing; a station and a prompt answer at once, silence is waited for."""
    heard, until, again = b"", time.monotonic() + patience_s, 0.0
    while time.monotonic() < until:
        if time.monotonic() >= again:
            session.write(b"\n" + CTRL_B + ENQUIRY)
            again = time.monotonic() + AGAIN_S
        heard += session.read_some(0.1)
        if (found := _doing(heard)) is not None:
            return found
    return Doing("silent", {})


def may_stop(session: Session, stop_the_line: bool, interrupt: bool) -> Doing:
    """What it is doing, when that may be stopped; otherwise Trouble says why not, and what to do."""
    doing = ask(session)
    refuse(session.port, doing, stop_the_line, interrupt)
    return doing


def refuse(port: Port, doing: Doing, stop_the_line: bool, interrupt: bool) -> None:
    """Trouble when what it is doing may not be stopped."""
    device = port.device
    if doing.line_runs and not stop_the_line:
        raise Trouble(
            f"{device}: the line runs by the permit of {doing.says.get('station')}: this would stop it.",
            "Wait for a planned stop, or say --stop-the-line.",
        )
    if doing.what == "silent" and not (interrupt or stop_the_line):
        raise Trouble(
            f"{device}: a program runs there that does not say what it does; it may hold a line's permit.",
            "When it may be stopped, say --stop-the-line.",
        )


def _doing(heard: bytes) -> Doing | None:
    for line in heard.split(b"\n")[:-1]:
        found = lines.read(lines.FROM_BOARD, line)
        if found and found[3] == "who":
            with contextlib.suppress(ValueError, RecursionError):
                says = json.loads(found[4])
                if isinstance(says, dict):
                    return Doing("station", says)
    if SAFE in heard:
        return Doing("safe", {})
    if PROMPT in heard:
        return Doing("prompt", {})
    return None
