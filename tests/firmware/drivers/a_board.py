"""The simulator's `machine` with a world of its own. Runs on MicroPython too."""

import machine
from world import World


def board():
    """(machine, world, said): `said` gets every message of what the board drives."""
    said = []
    machine.world = World(tell=said.append)
    return machine, machine.world, said


def levels(said: list, pin: int) -> list:
    """The levels that a pin was driven to, in order."""
    return [message["level"] for message in said if message.get("pin") == pin]
