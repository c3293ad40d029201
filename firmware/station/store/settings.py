"""The station's config: the new one if it is good, else the last good one."""

import json

from . import atomic


def load(root: str, problems, uid: str) -> tuple:
    """(config or None, list of what is wrong). `problems(config)` is the rule; `uid` the chip's."""
    wrong = []
    try:
        with open(root + "config.json", "rb") as file:
            config = json.loads(file.read())
        wrong = problems(config) or _another_board(config, uid)
    except (OSError, ValueError) as error:
        wrong = ["config.json: %s" % error]
    if not wrong:
        return config, []
    return last_good(root, uid), wrong


def last_good(root: str, uid: str):
    """The config that ran last, or None."""
    try:
        config = json.loads(atomic.load(root + "config.good"))
    except (OSError, ValueError, TypeError):
        return None
    return None if _another_board(config, uid) else config


def keep(root: str, config: dict) -> None:
    """This config runs: it is the one to come back to. Written only when it is another."""
    if last_good(root, "") != config:
        atomic.save(root + "config.good", json.dumps(config).encode())


def secrets(root: str) -> dict:
    """Wi-Fi and broker credentials; {} when there are none."""
    try:
        with open(root + "secrets.json", "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _another_board(config: dict, uid: str) -> list:
    wanted = config.get("uid")
    if not wanted or not uid or wanted == uid:
        return []
    return ["uid: %s: this config is for another board: this one is %s" % (wanted, uid)]
