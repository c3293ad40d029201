"""What was found of one thing."""

from typing import NamedTuple


class Finding(NamedTuple):
    """`good`: True, False, or None when there is nothing to judge (nothing was asked for, or it is only told).

    `part`: computer, programs, boards, plant file, broker, heartbeat, database. `next`: what to do; empty when well.
    """

    part: str
    good: bool | None
    what: str
    next: str = ""


def well(part: str, what: str) -> Finding:
    return Finding(part, True, what)


def wrong(part: str, what: str, next: str) -> Finding:
    return Finding(part, False, what, next)


def told(part: str, what: str, next: str = "") -> Finding:
    return Finding(part, None, what, next)
