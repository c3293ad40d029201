"""Tells systemd that the service is ready, and that it lives (sd_notify(3)); without systemd, nothing."""

import asyncio
import os
import socket

SHARE = 3
"""So many signs of life within the time that systemd waits for one."""


def notify(state: str) -> bool:
    """Whether somebody was told, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect("\0" + address[1:] if address.startswith("@") else address)
        sender.sendall(state.encode())
    return True


async def live() -> None:
    """Signs of life, until cancelled: from this event loop, so that one that stands still is told, too."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    while microseconds.isdigit() and int(microseconds) > 0:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(microseconds) / 1_000_000 / SHARE)
