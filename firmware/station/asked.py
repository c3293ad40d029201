"""Tells a tool at the USB line who the station is and what it does, without stopping it. Loaded when one asks."""

import json
import os
import sys

from .core import lines

_MOST = 400
_HEAD = 64


def answer(app) -> None:
    """Read what was typed; when it asks who is there, say it. At the end of the console nobody will ask again."""
    data = b""
    while len(data) < _MOST and app.typed.poll(0):
        byte = sys.stdin.buffer.read(1)
        if not byte:
            app.typed = None
            return
        data += byte
    for line in data.split(b"\n"):
        found = lines.read(lines.TO_BOARD, line)
        if found and found[3] == "who":
            for part in lines.frame(lines.FROM_BOARD, "who", 0, 0, "who", who(app)):
                sys.stdout.buffer.write(part)
            return


def who(app) -> bytes:
    """JSON for whoever is about to work at the board. `permit`: whether it lets a line run; None when it has none."""
    here = os.uname()
    version, digest = _release(app.root + "firmware.pack")
    return json.dumps(
        {
            "station": app.source,
            "uid": app.uid,
            "machine": here.machine,
            "micropython": here.release,
            "firmware": version,
            "firmware_hash": digest,
            "config": app.version["hash"],
            "permit": None if app.permit is None else bool(app.station.permit()),
            "calls": len(app.station.andon.calls),
            "watchdog": app.supervisor.watchdog is not None,
            "depth": app.journal.depth,
        }
    ).encode()


def _release(path: str) -> tuple:
    """Version and hash in the head of the pack that runs; empty when the firmware came another way."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
        return head[48:64].rstrip(b"\0").decode(), head[16:22].hex()
    except OSError:
        return "", ""
