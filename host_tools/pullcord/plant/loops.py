"""What the ADC reads of a supervised loop, from its resistors.

The end-of-line resistor sits at the far end of the wire, the contact's resistor beside the contact: in series with one
that is normally open (both across the end of the line), across one that is normally closed (both in series).
"""

from collections.abc import Iterator
from itertools import pairwise, product

from .model import Input, SupervisedLoop

FULL = 65535
NEAREST = 0.04  # of full scale: what noise, supply and ADC may take of the distance between two states
HIGHEST = 0.85  # above, an ESP32 no longer tells a high voltage from a cut wire


def readings(item: Input) -> tuple[int, int]:
    """(rest, pulled), 0 to 65535, of an input with a loop."""
    assert item.loop
    rest, pulled = _resistances(item.loop, item.contact, 1, 1)
    return round(_share(rest, item.loop.pull_up_ohm) * FULL), round(_share(pulled, item.loop.pull_up_ohm) * FULL)


def objection(item: Input) -> tuple[str, str] | None:
    """Why its four states cannot be told apart with resistors of that tolerance, and what would be right."""
    assert item.loop
    corners = list(_corners(item.loop, item.contact))
    rest = [corner[0] for corner in corners]
    pulled = [corner[1] for corner in corners]
    ranges = sorted([(0.0, 0.0), (min(rest), max(rest)), (min(pulled), max(pulled)), (1.0, 1.0)])
    if max(*rest, *pulled) > HIGHEST:
        return "rest or pulled is too near to a cut wire", "a larger pull_up_ohm, or smaller resistors in the loop"
    if min(high[0] - low[1] for low, high in pairwise(ranges)) < NEAREST:
        right = "such as end_ohm, contact_ohm and pull_up_ohm of 4700 each, 1 %"
        return "rest, pulled, cut and short cannot be told apart with these resistors", right
    return None


def _corners(loop: SupervisedLoop, contact: str) -> Iterator[tuple[float, float]]:
    """(rest, pulled) as shares of the supply, at each extreme of the resistors."""
    off = loop.tolerance_percent / 100
    for end, beside, up in product((1 - off, 1 + off), repeat=3):
        rest, pulled = _resistances(loop, contact, end, beside)
        yield _share(rest, loop.pull_up_ohm * up), _share(pulled, loop.pull_up_ohm * up)


def _resistances(loop: SupervisedLoop, contact: str, end: float, beside: float) -> tuple[float, float]:
    one, other = loop.end_ohm * end, loop.contact_ohm * beside
    return one, one * other / (one + other) if contact == "open" else one + other


def _share(ohm: float, pull_up_ohm: float) -> float:
    return ohm / (ohm + pull_up_ohm)
