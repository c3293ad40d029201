"""Tells a tool at the USB line who the station is and what it does, without stopping it. Loaded when one asks."""

import json
import os
import sys
from hashlib import sha256

from .core import lines

_MOST = 400
_HEAD = 64
_SECRETS = ("secrets.json", "broker-ca.der", "station-cert.der", "station-key.der")


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
    """JSON for whoever is about to work at the board.

    permit: whether it lets a line run; None when it has none. missing: what of it does not answer. link: "" while the
    plant hears it, else why not. secrets: a digest of what it may tell nobody; a password of 192 bits is in it.
    """
    here, uplink = os.uname(), app.uplink
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
            "cards": app.cards.hash if app.cards else "",
            "secrets": _digest(app.root),
            "missing": app.missing,
            "link": "none" if uplink is None else "" if uplink.connected else uplink.reason,
            "permit": None if app.permit is None else bool(app.station.permit()),
            "calls": len(app.station.andon.calls),
            "watchdog": app.supervisor.watchdog is not None,
            "depth": app.journal.depth,
        }
    ).encode()


def _digest(root: str) -> str:
    digest = sha256()
    for name in _SECRETS:
        try:
            with open(root + name, "rb") as file:
                content = file.read()
        except OSError:
            continue
        digest.update(name.encode() + b"\0%d\0" % len(content))
        digest.update(content)
    return digest.digest().hex()[:12]


def _release(path: str) -> tuple:
    """Version and hash in the head of the pack that runs; empty when the firmware came another way."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
        return head[48:64].rstrip(b"\0").decode(), head[16:22].hex()
    except OSError:
        return "", ""
