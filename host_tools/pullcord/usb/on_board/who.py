"""Who the board is, by its files and its chip: nothing of the firmware is loaded."""

import json
import os


def who():
    """Chip, board, unique id, versions, station, what safe mode said; None where it does not know."""
    import machine

    here = os.uname()
    return {
        "platform": here.sysname,
        "machine": here.machine,
        "micropython": here.release,
        "uid": machine.unique_id().hex(),
        "files": "main.py" in os.listdir("/"),
        "firmware": release(),
        "station": station(),
        "safe_mode": lines("/safe.txt"),
        "free": free(),
    }


def release():
    """{"version", "hash"} of the firmware in the slot in use."""
    try:
        with open("/firmware.pack", "rb") as file:
            head = file.read(64)
    except OSError:
        return None
    if head[:8] != b"PULLCORD":
        return None
    return {"version": head[48:64].rstrip(b"\0").decode(), "hash": head[16:48].hex()[:12]}


def station():
    """Its path, version and hash of its config."""
    try:
        with open("/config.json") as file:
            config = json.load(file)
        return {"path": config["station"], "version": config["version"], "hash": config["hash"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def lines(path):
    try:
        with open(path) as file:
            return [line for line in file.read().split("\n") if line]
    except (OSError, ValueError):
        return []


def free():
    try:
        found = os.statvfs("/")
        return found[0] * found[3]
    except OSError:
        return None
