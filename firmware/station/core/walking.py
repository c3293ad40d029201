"""Lights that walk: the station is not at its work, and which kind of not is told by the way they walk."""

from .lamps import SLOTS

MODES = ("starting", "service", "safe", "update")
ORDER = ("red", "yellow", "green", "blue", "white")


def patterns(mode: str, fitted) -> dict:
    """A light that walks: up at the start, down in service, in pairs in safe mode, quickly for an update."""
    order = [light for light in ORDER if light in fitted]
    steps = len(order)
    shown = {}
    for place, light in enumerate(order):
        pattern = bytearray(b"." * SLOTS)
        for slot in range(SLOTS):
            step = slot // (1 if mode == "update" else 4)
            if mode != "starting":
                step = -step
            lit = step % steps == place or (mode == "safe" and (step + 1) % steps == place)
            # one light cannot walk: it breathes in the mode's own pace
            if steps == 1:
                lit = slot // (2 + 2 * MODES.index(mode)) % 2 == 0
            pattern[slot] = 35 if lit else 46
        shown[light] = bytes(pattern)
    return shown
