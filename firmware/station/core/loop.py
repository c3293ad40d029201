"""A supervised loop: a contact with resistors at the end of its wire, seen by what an ADC reads.

Rest, pulled, cut and short are four different voltages. The loop and a pull-up resistor divide the supply, so a short
circuit reads 0 and a cut wire full scale, whatever the resistors are; rest and pulled come from their values.
"""

from .debounce import Debounce

FULL = 65535
FAULT_MS = 250  # a contact that wipes may look cut or shorted for a moment
HYSTERESIS = 8  # a level holds on by so much of the way (an 8th) beyond the middle to its neighbour
FAULTS = ("short", "open")


def bounds(rest: int, pulled: int) -> list:
    """[(reading, state)] of the four states, the lowest reading first."""
    return sorted(((0, "short"), (rest, "rest"), (pulled, "pulled"), (FULL, "open")))


class Loop:
    """`rest`, `pulled`: what the ADC reads then (0 to 65535)."""

    def __init__(self, rest: int, pulled: int, stable_ms: int):
        self._bounds = bounds(rest, pulled)
        self._stable_ms = stable_ms
        self._at = 1 if rest < pulled else 2
        self._debounce = Debounce(stable_ms, "rest")

    @property
    def state(self) -> str:
        """`rest`, `pulled`, `short` or `open` (cut)."""
        return self._debounce.level

    @property
    def rejected(self) -> int:
        return self._debounce.rejected

    def pending(self, now: int) -> bool:
        """It looks different, but not for long enough."""
        return self._debounce.wait_ms(now) is not None

    def sample(self, now: int, reading: int) -> bool:
        """Take one reading; True when `state` has just changed."""
        self._at = self._place(reading)
        raw = self._bounds[self._at][1]
        self._debounce.stable_ms = FAULT_MS if raw in FAULTS else self._stable_ms
        return self._debounce.sample(now, raw)

    def settle(self, reading: int) -> None:
        """How things stand at boot: taken as settled, but for a fault."""
        self._at = self._place(reading)
        raw = self._bounds[self._at][1]
        self._debounce = Debounce(self._stable_ms, "rest" if raw in FAULTS else raw)

    def _place(self, reading: int) -> int:
        at, bounds = self._at, self._bounds
        while at and reading < _edge(bounds, at - 1, -1):
            at -= 1
        while at < 3 and reading > _edge(bounds, at, 1):
            at += 1
        return at


def _edge(bounds: list, below: int, way: int) -> int:
    """Where a level gives way to its neighbour: beyond the middle, seen from where it stands."""
    low, high = bounds[below][0], bounds[below + 1][0]
    return (low + high) // 2 + way * (high - low) // HYSTERESIS
