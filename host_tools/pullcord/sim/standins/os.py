"""Stand-in for MicroPython's `os`: the unix port's own, and `uname`, which it lacks and every board has."""

from uos import *  # noqa: F403


class uname:
    """What the board says of itself; the World knows which board it poses as."""

    sysname = nodename = release = version = "virtual"

    def __init__(self):
        import machine

        self.machine = machine.world.board + " with nothing" if machine.world else ""
