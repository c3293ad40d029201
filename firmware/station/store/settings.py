"""The station's config: the new one if it is good, else the last good one."""

import json
import os

from . import atomic


def load(root: str, problems, uid: str) -> tuple:
    """(config or None, list of what is wrong, whether it is new). `problems(config)` is the rule; `uid` the chip's.

    What ran before as it stands is not judged again: the rules take memory that a board does not get back.
    """
    wrong, new = [], False
    try:
        with open(root + "config.json", "rb") as file:
            raw = file.read()
        config = json.loads(raw)
        new = raw != atomic.load(root + "config.good")
        if new:
            wrong = problems(config)
        wrong = wrong or another_board(config, uid)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: nested too deep
        wrong = ["config.json: %s" % error]
    if not wrong:
        return config, [], new
    return last_good(root, uid), wrong, False


def last_good(root: str, uid: str):
    """The config that ran last, or None."""
    try:
        config = json.loads(atomic.load(root + "config.good"))
    except (OSError, ValueError, TypeError):
        return None
    return None if another_board(config, uid) else config


def keep(root: str) -> None:
    """The new config runs: it is the one to come back to."""
    atomic.copy(root + "config.json", root + "config.good")


def secrets(root: str) -> dict:
    """Wi-Fi and broker credentials; {} when there are none."""
    try:
        with open(root + "secrets.json", "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def another_board(config: dict, uid: str) -> list:
    """What says that the config is for another board; [] when it is for this one."""
    wanted = config.get("uid")
    if wanted and uid and wanted != uid:
        return ["uid: %s: this config is for another board: this one is %s" % (wanted, uid)]
    wanted, here = config.get("machine"), os.uname().machine.split(" with ")[0]
    if wanted and wanted != here:
        return ["board: %s: this config is for a %s: this is a %s" % (config.get("board"), wanted, here)]
    return []
