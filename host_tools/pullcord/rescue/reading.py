"""Reads a board's journal over USB, and makes a list of events of it."""

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pullcord.rescue import holes, source
from pullcord.rescue.holes import Hole
from pullcord.usb.session import Session
from pullcord.usb.trouble import BoardError, BoardGone, Trouble

PIECE = 1536
READ_S = 120.0
LARGEST_FLASH = 32 * 1024 * 1024
PER_EVENT = re.compile(r"event \d+ is damaged")  # of them the holes tell, a line for many
Progress = Callable[[int, int], None]


class Rescued(NamedTuple):
    """`events`: as they were recorded, in order. `unread`: what could not be had, in words. `holes`: what it
    held once, and the plant has no receipt for."""

    journal: str
    through: int
    events: list[bytes]
    unread: list[str]
    holes: list[Hole]

    @property
    def station(self) -> str:
        """site/area/line/station of its newest event that says so; empty without one."""
        return next(filter(None, map(source.path, reversed(self.events))), "")


def copy(session: Session, guarded: bool, folder: Path, progress: Progress) -> tuple[str, list[str]]:
    """The board's journal into `folder`, from the raw prompt. The chip's unique id, and files that could not be read.

    Trouble when there is none, or the board leaves in the middle.
    """
    files = session.call("journal", guarded, function="tree")
    if not files:
        raise Trouble(f"{session.port.device}: there is no journal on this board: it never ran as a station.")
    total, done, unread = sum(size for _, size in files), 0, []
    for path, size in files:
        target = folder / _below_journal(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("wb") as out:
                while data := _piece(session, path, out.tell()):
                    out.write(data)
                    if out.tell() > LARGEST_FLASH:
                        raise Trouble(f"{session.port.device}: {path!r} has no end: this is no board of ours.")
                    progress(done + out.tell(), total)
        except BoardGone:
            raise
        except BoardError as error:
            unread.append(f"{path}: {error.lines[0].rpartition(': ')[2]}")
        done += size
    return str(session.call("journal", function="uid")), unread


def events_of(folder: Path, uid: str, unread: list[str]) -> Rescued:
    """The events without a receipt in a copy of a journal, by the firmware's own reader. Trouble when it gives up."""
    command = [sys.executable, "-m", "pullcord.sim.read_journal", str(folder), uid]
    done = subprocess.run(command, capture_output=True, timeout=READ_S)
    head, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not head:
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Trouble(f"the journal cannot be made out: {' '.join(words)}")
    told: dict[str, Any] = json.loads(head)
    gone = holes.of_journal(told["missing"], told["oldest"])
    wrong = [finding for finding in told["findings"] if not PER_EVENT.fullmatch(finding)]
    events = [line for line in rest.split(b"\n") if line]
    return Rescued(told["journal"], told["through"], events, [*unread, *wrong], gone)


def read_board(session: Session, guarded: bool, progress: Progress) -> Rescued:
    with tempfile.TemporaryDirectory(prefix="pullcord-rescue-") as folder:
        uid, unread = copy(session, guarded, Path(folder), progress)
        return events_of(Path(folder), uid, unread)


def _below_journal(path: str) -> PurePosixPath:
    """Trouble for a name that would lead out of the folder: it is the board's word, and a board may be anybody's."""
    name = PurePosixPath(path)
    if name.parts[:2] != ("/", "journal") or len(name.parts) < 3 or ".." in name.parts or "\0" in path:
        raise Trouble(f"the board names a file that is not in its journal: {path!r}. This is no board of ours.")
    return name.relative_to("/journal")


def _piece(session: Session, path: str, offset: int) -> bytes:
    return base64.b64decode(session.call("journal", path, offset, PIECE, function="piece"))
