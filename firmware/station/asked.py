"""Tells a tool at the USB line who the station is and what it does, without stopping it. Loaded when one asks.

A question is a function of this file: what it returns are (topic, payload) of the lines that answer it.
"""

import asyncio
import json
import os
import sys
from hashlib import sha256

from .core import lines

_MOST = 400
_EVENTS = 4  # in one answer
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
        if found and found[3] in ("who", "look"):
            asyncio.create_task(_answer(app, found[3], found[4]))
            return


async def _answer(app, question: str, payload: bytes) -> None:
    from .health.memory import forget
    from .net import console

    forget("net.console")
    try:
        way = console.Console()
        for topic, told in app.asked(question, payload):
            await console.send(way, lines.frame(lines.FROM_BOARD, question, 0, 0, topic, told))
    except OSError:
        pass  # it has gone again


def look(app, payload: bytes):
    """`/state`, then some events behind the one that the question names: {"after": 122}."""
    news = app.state_dirty()
    yield "state", app.state(app.uptime.ms())
    if news:
        app.touch()  # to the plant it is news still
    journal = app.journal
    try:
        after = max(int(json.loads(payload)["after"]), journal.oldest - 1)
    except (ValueError, KeyError, TypeError):
        after = journal.next - 1
    for sequence in range(after + 1, min(after + 1 + _EVENTS, journal.next)):
        try:
            yield "event", journal.read(sequence)
        except KeyError:
            pass  # damaged beyond reading


def who(app, payload: bytes) -> list:
    """For whoever is about to work at the board.

    permit: whether it lets a line run; None when it has none. missing: what of it does not answer. link: "" while the
    plant hears it, else why not. secrets: a digest of what it may tell nobody; a password of 192 bits is in it.
    """
    here, uplink = os.uname(), app.uplink
    version, digest = _release(app.root + "firmware.pack")
    told = json.dumps(
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
    )
    return [("who", told.encode())]


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
