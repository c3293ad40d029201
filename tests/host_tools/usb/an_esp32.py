"""A new ESP32 at a pseudo-terminal: the loader of its ROM, and nothing else."""

import contextlib
import os
import pty
import threading
import tty
from collections.abc import Iterator

from pullcord.sim.esp_rom import EspRom


@contextlib.contextmanager
def plugged(rom: EspRom, lose_after: int = 0) -> Iterator[str]:
    """The port's path. `lose_after`: so many packets later the cable is pulled."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    port = os.ttyname(theirs)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while data := os.read(ours, 4096):
                os.write(ours, rom.feed(data))
                if lose_after and rom.packets >= lose_after:
                    os.close(ours)
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    os.set_blocking(theirs, False)
    try:
        yield port
    finally:
        os.close(theirs)
        with contextlib.suppress(OSError):
            os.close(ours)
        thread.join(10)
