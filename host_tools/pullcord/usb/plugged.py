"""What is plugged in: serial ports by USB, and how one is known again under another name."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

VARIABLE = "PULLCORD_USB"  # names the list of a virtual desk: see pullcord.sim.usb_place


@dataclass(frozen=True)
class Plugged:
    """`device` is its name now; `identity` (the board's own number, else the socket it is in) stays."""

    device: str
    identity: str
    usb: str


def plugged() -> list[Plugged]:
    """Every serial port by USB, by socket and name."""
    if listing := os.environ.get(VARIABLE):
        ports = json.loads(Path(listing).read_text())["ports"]
    else:
        ports = [vars(port) for port in list_ports.comports() if port.vid is not None]
    return sorted(
        (Plugged(port["device"], _identity(port), f"{port['vid']:04x}:{port['pid']:04x}") for port in ports),
        key=lambda port: (port.identity, port.device),
    )


def known(boards: Iterable[str], ports: Callable[[], list[Plugged]] = plugged) -> list[Plugged]:
    """Those whose vendor:product is one of `boards`: a printer or a scale is not to be talked to."""
    wanted = set(boards)
    return [port for port in ports() if port.usb in wanted]


def follow(name: str, ports: Callable[[], list[Plugged]] = plugged) -> Callable[[], str | None]:
    """A function that says under which name the port `name` is there now, None while it is not.

    Once it was seen, the same board (or the same socket) counts, whatever it is called after it was plugged in again.
    """
    identity = ""

    def device() -> str | None:
        nonlocal identity
        there = ports()
        if identity:
            return next((port.device for port in there if port.identity == identity), None)
        real = os.path.realpath(name)
        found = next((port for port in there if port.device == name or os.path.realpath(port.device) == real), None)
        if found:
            identity = found.identity
            return found.device
        return name if os.path.exists(name) else None  # not by USB: a serial line of the computer's own

    return device


def _identity(port: dict[str, object]) -> str:
    """A bridge's number is often the same for all of its make: then the socket tells them apart."""
    number, location = port.get("serial_number"), port.get("location")
    if number and len(str(number)) >= 8:
        return f"number {number}"
    return f"socket {location}" if location else f"port {port['device']}"
