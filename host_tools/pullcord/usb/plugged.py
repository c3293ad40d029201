"""How a port is known again when its board comes back under another name."""

import os
from collections.abc import Callable, Iterable

from pullcord.usb.ports import Port, ports

NUMBER = 8  # digits: a bridge's number is shorter, and often the same for all of its make


def identity(port: Port) -> str:
    """Of the board itself where it has a number of its own, else of the socket that it is in."""
    if len(port.serial_number) >= NUMBER:
        return f"number {port.serial_number}"
    return f"socket {port.location}" if port.location else f"port {port.device}"


def boards_only(usb_ids: Iterable[str], listed: Callable[[], list[Port]] = ports) -> Callable[[], list[Port]]:
    """A list of the ports whose vendor:product is one of a board: a printer or a scale is not to be talked to."""
    wanted = set(usb_ids)
    return lambda: [port for port in listed() if port.usb_id in wanted]


def follow(name: str, listed: Callable[[], list[Port]] = ports) -> Callable[[], str | None]:
    """A function that says under which name the port `name` is there now, None while it is not.

    `name`: a path, or the number of a board. Once it was seen, the same board (or the same socket) counts, whatever it
    is called after it was plugged in again.
    """
    known = ""

    def device() -> str | None:
        nonlocal known
        there = listed()
        if known:
            return next((port.device for port in there if identity(port) == known), None)
        real = os.path.realpath(name)
        for port in there:
            if name in (port.device, port.serial_number) or os.path.realpath(port.device) == real:
                known = identity(port)
                return port.device
        return name if os.path.exists(name) else None  # not by USB: a serial line of the computer's own

    return device
