"""What hangs on USB: serial ports, bootloader drives, and who keeps a port for himself."""

import errno
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from pullcord.usb.trouble import Trouble

VARIABLE = "PULLCORD_USB"  # a file that stands in for the system's list: virtual boards
MOUNTS = Path("/proc/mounts")
BLOCKS = Path("/sys/class/block")
INFO = "INFO_UF2.TXT"
UDEV_RULE = 'SUBSYSTEM=="tty", ATTRS{idVendor}=="%04x", MODE="0666"'
UDEV_FILE = "/etc/udev/rules.d/70-pullcord.rules"


@dataclass(frozen=True)
class Port:
    """A serial port. `serial_number` is the board's unique id where the chip speaks USB itself (see `own_usb`)."""

    device: str
    vid: int
    pid: int
    serial_number: str
    location: str
    manufacturer: str
    product: str

    @property
    def usb_id(self) -> str:
        """As in the board profiles: "2e8a:0005"."""
        return f"{self.vid:04x}:{self.pid:04x}"


@dataclass(frozen=True)
class Drive:
    """A board that waits in its UF2 bootloader. `model`: what its INFO_UF2.TXT says."""

    path: Path
    location: str
    serial_number: str
    model: str


def ports() -> list[Port]:
    """All USB serial ports, by place. OSError when the list cannot be read."""
    return sorted(_ports(), key=lambda port: (port.location, port.device))


def drives() -> list[Drive]:
    """All drives of UF2 bootloaders."""
    return [_drive(Path(found["path"]), found) for found in _drives()]


def port_named(device: str) -> Port:
    """The port that is called so: its path, or the serial number of a board. Trouble says what there is."""
    there = ports()
    real = os.path.realpath(device)
    for port in there:
        if device == port.serial_number or real == os.path.realpath(port.device):
            return port
    if os.path.exists(device):
        return Port(device, 0, 0, "", "", "", "")
    names = ", ".join(port.device for port in there)
    raise Trouble(
        f"{device}: there is no such port.",
        f"At USB there is: {names}." if names else "No board is at USB: is its cable one that carries data?",
    )


def holders(device: str) -> list[str]:
    """The programs that have it open: "mpremote (process 4711)". Those of other users only root can see."""
    real = os.path.realpath(device)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) != os.getpid() and _has_open(folder, real):
            found.append(f"{_name(folder)} (process {folder.name})")
    return sorted(found)


def why_closed(device: str, error: OSError, port: Port | None = None) -> Trouble:
    """What an error at opening a port means, and what to do."""
    number = error.errno or getattr(error.__cause__ or error.__context__, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        rule = UDEV_RULE % port.vid if port and port.vid else 'SUBSYSTEM=="tty", MODE="0666"'
        return Trouble(
            f"{device}: you may not open this port.",
            f"Write this line to {UDEV_FILE}, run `sudo udevadm control --reload`, and plug the board in again:",
            f"  {rule}",
        )
    if number in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in str(error):
        users = holders(device)
        who = ", ".join(users) if users else "another program (of another user; `sudo lsof` finds it)"
        return Trouble(f"{device}: {who} has this port open.", "End that one, then try again.")
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return Trouble(f"{device}: the port is gone.", "Plug the board in again, then run this once more.")
    return Trouble(f"{device}: cannot be opened ({error}).", "Plug the board in again, then run this once more.")


def _ports() -> Iterable[Port]:
    if listing := os.environ.get(VARIABLE):
        return [Port(**found) for found in json.loads(Path(listing).read_text())["ports"]]
    return [
        Port(
            found.device,
            found.vid,
            found.pid or 0,
            found.serial_number or "",
            found.location or "",
            found.manufacturer or "",
            found.product or "",
        )
        for found in list_ports.comports()
        if found.vid is not None
    ]


def _drives() -> list[dict[str, str]]:
    if listing := os.environ.get(VARIABLE):
        drives: list[dict[str, str]] = json.loads(Path(listing).read_text())["drives"]
        return drives
    try:
        mounts = [line.split()[:2] for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return []  # no such list on this system: a drive can be named by hand
    named = [(device, path.replace("\\040", " ")) for device, path in mounts]
    return [{"path": path, "location": _hangs_at(device)} for device, path in named if (Path(path) / INFO).is_file()]


def _hangs_at(device: str) -> str:
    """Where on the bus a block device is, such as 1-1.3; "" where the system does not say."""
    there = os.path.realpath(BLOCKS / Path(device).name)
    found = re.findall(r"/([0-9]+-[0-9.]+):[0-9.]+(?=/)", there)
    return found[-1] if found else ""


def _drive(path: Path, found: dict[str, str]) -> Drive:
    try:
        lines = (path / INFO).read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("Model:")), "")
    return Drive(path, found.get("location", ""), found.get("serial_number", ""), model)


def _has_open(process: Path, real: str) -> bool:
    try:
        return any(os.path.realpath(link) == real for link in (process / "fd").iterdir())
    except OSError:
        return False  # it ended, or it is another user's


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"
