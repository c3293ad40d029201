"""Who a board is: chip, unique id, what it runs, and why it cannot be asked."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from pullcord.plant.boards import Board as Profile
from pullcord.usb import asking
from pullcord.usb.ports import Drive, Port, ports
from pullcord.usb.session import Session
from pullcord.usb.trouble import BoardGone, Trouble

WITH = " with "
BACK_S = 20.0  # a board boots, and the system finds it again
AWAY_S = 1.5
LOOK_S = 0.02


@dataclass
class Found:
    """A board as far as it is known. `state`: station, prompt, safe, silent, bootloader, or closed (see `trouble`).

    chip: such as RP2040; machine: what MicroPython says of it; board: id of its profile; uid: of the chip, hex;
    micropython and firmware: versions; files: it has a main.py; safe_mode: why it was in safe mode
    last; permit: whether a line runs by it. Of a station at
    work also: hashes of what it works with, what is missing, why the plant does not hear it, events not delivered.
    """

    port: str
    location: str
    state: str
    usb: str = ""
    chip: str = ""
    board: str = ""
    machine: str = ""
    uid: str = ""
    micropython: str = ""
    firmware: str = ""
    firmware_hash: str = ""
    station: str = ""
    config: str = ""
    cards: str = ""
    secrets: str = ""
    missing: list[str] = field(default_factory=list)
    link: str = ""
    depth: int | None = None
    safe_mode: list[str] = field(default_factory=list)
    permit: bool | None = None
    files: bool | None = None
    free: int | None = None
    trouble: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def look(port: Port, profiles: dict[str, Profile], interrupt: bool = False) -> Found:
    """Who is there. A station at work is asked, not interrupted; a silent program only if `interrupt`."""
    found = Found(port.device, port.location, "closed", port.usb_id, uid=_uid(port, profiles))
    try:
        with Session(port) as session:
            doing = asking.ask(session)
            found.state = doing.what
            if doing.what == "station":
                _take_station(found, doing.says)
                _take_machine(found, doing.says.get("machine", ""), profiles)
            elif doing.what in ("prompt", "safe") or interrupt:
                session.enter()
                _take_files(found, session.call("who"), profiles)
                if doing.what == "prompt":
                    session.leave()
                else:
                    session.reset()  # what was interrupted goes on from its start
            else:
                found.trouble = ["A program runs there that does not answer; --interrupt asks all the same."]
    except Trouble as trouble:
        found.trouble = list(trouble.lines)
    return found


def meet(port: Port, profiles: dict[str, Profile], interrupt: bool = False) -> Found:
    """As `look`, and what had to be interrupted for it is back at USB after its reset."""
    found = look(port, profiles, interrupt)
    if found.micropython and found.state in ("safe", "silent"):
        back(port)
    return found


def look_at_drive(drive: Drive, profiles: dict[str, Profile]) -> Found:
    """A board in its bootloader."""
    board = next((profile for profile in profiles.values() if profile.name == drive.model), None)
    chip = board.chip if board else ("RP2350" if "RP2350" in str(drive.path) else "RP2040")
    return Found(
        str(drive.path),
        drive.location,
        "bootloader",
        chip=chip,
        board=board.id if board else "",
        uid=drive.serial_number.lower(),
    )


def back(port: Port, deadline_s: float = BACK_S) -> Port:
    """Its port once it is there again after a reset, which is seen on the bus or, behind a bridge chip, not.

    BoardGone when it does not come back.
    """
    until = time.monotonic() + AWAY_S
    while time.monotonic() < until and any(is_same(found, port) for found in ports()):
        time.sleep(LOOK_S)
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        for found in ports():
            if is_same(found, port):
                return found
        time.sleep(LOOK_S)
    raise BoardGone(
        f"{port.device}: the board did not come back after its reset within {deadline_s:g} s.",
        "Plug it in again, then run this once more.",
    )


def is_same(one: Port, other: Port) -> bool:
    """By the place where it hangs, as far as the system tells; else by its serial number, else by its name."""
    if one.location and other.location:
        return one.location == other.location
    if one.serial_number and other.serial_number:
        return one.serial_number == other.serial_number
    return one.device == other.device


def _take_station(found: Found, says: dict[str, Any]) -> None:
    found.station, found.uid = says.get("station", ""), says.get("uid", found.uid)
    found.firmware, found.firmware_hash = says.get("firmware", ""), says.get("firmware_hash", "")
    found.micropython = says.get("micropython", "")
    found.config, found.cards, found.secrets = says.get("config", ""), says.get("cards", ""), says.get("secrets", "")
    found.missing, found.link, found.depth = says.get("missing", []), says.get("link", ""), says.get("depth")
    found.permit = says.get("permit")
    found.files = True


def _take_files(found: Found, says: dict[str, Any], profiles: dict[str, Profile]) -> None:
    found.uid, found.micropython = says["uid"], says["micropython"]
    found.files, found.free, found.safe_mode = says["files"], says["free"], says["safe_mode"]
    if says["firmware"]:
        found.firmware, found.firmware_hash = says["firmware"]["version"], says["firmware"]["hash"]
    if says["station"]:
        found.station, found.config = says["station"]["path"], says["station"]["hash"]
    _take_machine(found, says["machine"], profiles)


def _take_machine(found: Found, machine: str, profiles: dict[str, Profile]) -> None:
    name, _, chip = machine.partition(WITH)
    found.chip, found.machine = chip, name
    fitting = [profile for profile in profiles.values() if profile.machine == name]
    if fitting:
        found.chip = fitting[0].chip
    if len(fitting) == 1:
        found.board = fitting[0].id


def _uid(port: Port, profiles: dict[str, Profile]) -> str:
    """The serial number, where it is the chip's own: a bridge has one of its own, or none."""
    own = any(port.usb_id in profile.usb for profile in profiles.values() if profile.chip.startswith("RP2"))
    return port.serial_number.lower() if own else ""
