"""A place at USB, where a board comes and goes: as a port, as a drive, as a port again."""

import time
from dataclasses import dataclass

from pullcord.usb import ports
from pullcord.usb.ports import Drive, Port
from pullcord.usb.trouble import BoardGone

LOOK_S = 0.1


@dataclass(frozen=True)
class Place:
    """`location`: the hub and its socket, such as 1-1.3. Where the system does not say it, `device` is all there is."""

    location: str
    device: str

    def __str__(self) -> str:
        return self.device or f"USB {self.location}"

    def port(self) -> Port | None:
        """The port that is there now."""
        return next((port for port in ports.ports() if self._is(port.location, port.device)), None)

    def drive(self) -> Drive | None:
        """The bootloader's drive that is there now."""
        return next((drive for drive in ports.drives() if self._is(drive.location, str(drive.path))), None)

    def wait_port(self, deadline_s: float) -> Port:
        """BoardGone when none comes in time."""
        until = time.monotonic() + deadline_s
        while (found := self.port()) is None:
            if time.monotonic() > until:
                raise BoardGone(
                    f"{self}: no port came back within {deadline_s:.0f} s.",
                    "Plug the board in again, then run this once more: it goes on where it was.",
                )
            time.sleep(LOOK_S)
        return found

    def wait_drive(self, deadline_s: float) -> Drive:
        """BoardGone when none comes in time."""
        until = time.monotonic() + deadline_s
        while (found := self.drive()) is None:
            if time.monotonic() > until:
                raise BoardGone(
                    f"{self}: the bootloader's drive did not appear within {deadline_s:.0f} s.",
                    "Hold BOOTSEL while you plug the board in, see that its drive is mounted, and run this once more.",
                )
            time.sleep(LOOK_S)
        return found

    def _is(self, location: str, device: str) -> bool:
        return _same(location, self.location) if self.location else device == self.device


def _same(one: str, other: str) -> bool:
    """Linux adds the interface for a port (1-1.3:1.0) and not for a drive (1-1.3) of the same board."""
    if ":" in one and ":" in other:
        return one == other
    return one.partition(":")[0] == other.partition(":")[0]


def all_places() -> list[Place]:
    """Everything at USB that may be a board, by place."""
    found = {place_of(port) for port in ports.ports()}
    found |= {Place(drive.location, "" if drive.location else str(drive.path)) for drive in ports.drives()}
    return sorted(found, key=lambda place: (place.location, place.device))


def place_of(port: Port) -> Place:
    return Place(port.location, port.device)
