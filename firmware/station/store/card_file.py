"""A card table that a tool left over USB: cards.csv, which becomes the station's own table at the next start.

Its first line is a version; then a line `uid in hex,loop,here,state` for each card, in ascending order of uid.
"""

import os
from binascii import unhexlify

from .card_build import build

NAME = "cards.csv"


def take_in(root: str) -> list:
    """What was wrong with it; it is gone then, and the table before stays. OSError: the flash is full or fails."""
    wrong = []
    with open(root + NAME) as file:
        try:
            version = int(file.readline())
            build(_entries(file), root + "cards", version)
        except (ValueError, TypeError) as error:
            wrong.append("%s: %s" % (type(error).__name__, error))
    os.remove(root + NAME)
    return wrong


def _entries(file):
    for line in file:
        uid, loop, here, state = line.rstrip("\r\n").split(",")
        yield unhexlify(uid), loop, here, state
