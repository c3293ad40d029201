"""Brings a firmware and files onto a board: only what differs, verified by reading back, switched over by renames.

Whatever happens in the middle, either the old or the new firmware runs, and doing it again completes it.
"""

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import Any

from pullcord.firmware import pack as packs
from pullcord.firmware.release import STARTER, Release
from pullcord.usb.feed import Progress, feed
from pullcord.usb.session import Session, calling
from pullcord.usb.trouble import BoardError, Trouble

MAIN = "/main.py"
WINDOW = 10
SPARE = 24 * 1024  # what littlefs needs beside the bytes, and a station to go on recording
HASH_S = 60.0
WRITE_S = 300.0


@dataclass(frozen=True)
class Wanted:
    """What a board is to hold. files: content by absolute path; None as `release`: its firmware stays as it is."""

    release: Release | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def starters(self) -> dict[str, bytes]:
        """What starts the firmware; main.py last of all."""
        return {**self.release.starters, MAIN: STARTER} if self.release else {}


@dataclass
class Done:
    """changed: what was brought (paths; "firmware"); sent: bytes of it that went over the line."""

    changed: list[str] = field(default_factory=list)
    sent: int = 0


@dataclass(frozen=True)
class Plan:
    """What differs, by one look: files, and the firmware when `release` is not None. `there`: what the board said."""

    release: Release | None
    files: dict[str, bytes]
    there: dict[str, Any]

    @property
    def changed(self) -> list[str]:
        return [*self.files, *(["firmware"] if self.release else [])]


def look(session: Session, wanted: Wanted) -> Plan:
    """Compare, by hashes of what is read back on the board. Nothing is changed."""
    files = {**wanted.files, **wanted.starters}
    there = session.call("install", list(files), function="look", deadline_s=HASH_S)
    found = zip(files.items(), there["files"], strict=True)
    differing = {name: content for (name, content), its in found if its != _hash(content)}
    release = wanted.release if wanted.release and there["pack"] != wanted.release.digest else None
    return Plan(release, differing, there)


def carry_out(session: Session, plan: Plan, progress: Progress = lambda done, total: None) -> Done:
    """Bring what differs. The board is at its raw prompt, with a fresh heap; what is new runs after its next start."""
    done = Done(plan.changed)
    if plan.release:
        done.sent += _pack(session, plan.release, plan.there, progress)
    if plan.files:
        done.sent += _put(session, plan.files, progress)
    if plan.changed:
        first = [name for name in plan.files if name != MAIN]
        last = [name for name in plan.files if name == MAIN]
        session.call("install", first, bool(plan.release), last, function="switch")
    return done


def _pack(session: Session, release: Release, there: dict, progress: Progress) -> int:
    """Make the new pack beside the one in use; how many bytes were sent for it."""
    if there["new"] == release.digest:
        return 0  # the power went after it was verified
    if there["free"] < len(release.pack) + SPARE:
        _make_room(session, len(release.pack) + SPARE)
    steps = [(-1, len(release.pack))]
    if there["pack"]:
        start = bytes.fromhex(session.call("install", function="start"))
        steps = packs.changes(start, release.pack)
    sent = packs.sent(release.pack, steps)
    found = _fed(session, "build", steps, sent, progress)
    if found != release.digest and len(sent) < len(release.pack):
        sent = release.pack  # a check sum of the old one lied: all of it, then
        found = _fed(session, "build", [(-1, len(sent))], sent, progress)
    if found != release.digest:
        raise Trouble(
            f"{session.port.device}: what was read back from its flash is not what was written.",
            "Run this once more; if it says so again, the flash is worn out: take another board.",
        )
    return len(sent)


def _put(session: Session, files: dict[str, bytes], progress: Progress) -> int:
    packed = {name: _deflated(content) for name, content in files.items()}
    told = [(name, len(content), packed[name] is not content) for name, content in files.items()]
    data = b"".join(packed.values())
    found = _fed(session, "put", told, data, progress)
    for name, one in zip(files, found, strict=True):
        if one != _hash(files[name]):
            raise Trouble(f"{session.port.device}: {name} was not read back as it was written.", "Run this once more.")
    return len(data)


def _fed(session: Session, function: str, told: list, data: bytes, progress: Progress) -> Any:
    """Run a function of on_board/install.py that asks for these bytes; its answer."""
    session.use("install")
    session.start(calling(function, (told,)))
    try:
        return session.answer(feed(session, data, progress, WRITE_S))
    except BoardError as error:
        if "28" in error.lines[0] or "ENOSPC" in error.lines[0]:
            raise _full(session) from error
        raise


def _make_room(session: Session, wanted: int) -> None:
    if session.call("install", wanted, function="room", deadline_s=HASH_S) < wanted:
        raise _full(session)


def _full(session: Session) -> Trouble:
    return Trouble(
        f"{session.port.device}: its flash is full.",
        "Are events in it that the plant does not have yet? `pullcord rescue` reads them out. Then run this once more.",
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW)
    packed = packer.compress(content) + packer.flush()
    return packed if len(packed) < len(content) else content
