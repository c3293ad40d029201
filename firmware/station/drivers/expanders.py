"""Inputs and lights at I2C expanders. Only for a station whose config has some.

All are looked at every 10 ms. One that does not answer three times is silent: a fault, while the rest of the station
works on. Its bus is then cleared and tried again every half second.
"""

from ..core.debounce import Debounce
from .i2c import Bus
from .mcp23017 import Mcp23017
from .pcf8574 import Pcf8574

EVERY_MS = 10
RETRY_MS = 500
MISSES = 3


class Expander:
    """One chip. `levels`: what its pins were at the last look, None before the first."""

    def __init__(self, item: dict, bus, outputs: int, driven: int):
        self.name = item["name"]
        self.bus = bus
        self.levels: "int | None" = None
        self.driven = driven  # levels of the outputs
        self.silent = False
        self.due = 0
        kind = Pcf8574 if item["kind"] == "pcf8574" else Mcp23017
        self._chip = kind(bus, item["address"], outputs)
        self._missed = 0

    def look(self, now: int) -> bool:
        """Write and read; True when `silent` has just changed, or is known for the first time."""
        self.due = now + EVERY_MS
        first = self.levels is None and not self.silent
        try:
            self.levels = self._chip.exchange(self.driven)
        except OSError:
            return self._miss(now)
        self._missed = 0
        was, self.silent = self.silent, False
        return was or first

    def flush(self) -> None:
        """Lights are changed at once; when that fails, the next look finds out."""
        try:
            self._chip.exchange(self.driven)
        except OSError:
            self._missed += 1

    def _miss(self, now: int) -> bool:
        self._missed += 1
        if self._missed < MISSES:
            return False
        self.due = now + RETRY_MS
        self.bus.recover()
        was, self.silent = self.silent, True
        return not was


class Expanders:
    """`expanders`: by name; `items`: the inputs at them."""

    def __init__(self, expanders: dict, items: list):
        self._expanders = [expanders[name] for name in sorted(expanders)]
        self.watched = sorted(expanders)
        self._inputs = [_Input(item, expanders[item["expander"]]) for item in items]

    def active_now(self, now: int) -> list:
        for expander in self._expanders:
            expander.look(now)
            expander.levels, settled = None, expander.levels  # so that the first sample tells that it answers
            for its in self._inputs:
                if its.expander is expander and settled is not None:
                    its.settle(settled)
        return [its.name for its in self._inputs if its.debounce.level]

    def sample(self, now: int) -> list:
        """[(name, active)] of inputs; [(name, fault)] of an expander, "" when it answers."""
        changed = []
        for expander in self._expanders:
            if now >= expander.due and expander.look(now):
                changed.append((expander.name, "silent" if expander.silent else ""))
        for its in self._inputs:
            if its.expander.levels is not None and not its.expander.silent and its.sample(now):
                changed.append((its.name, its.debounce.level))
        return changed

    def wait_ms(self, now: int) -> int:
        return EVERY_MS

    def rejected(self) -> dict:
        return {its.name: its.debounce.rejected for its in self._inputs if its.debounce.rejected}


class _Input:
    def __init__(self, item: dict, expander: Expander):
        self.name = item["name"]
        self.expander = expander
        self._bit = item["pin"]
        self._lit = 1 if item["active"] == "high" else 0
        self.debounce = Debounce(item.get("stable_ms", 20))

    def settle(self, levels: int) -> None:
        self.debounce = Debounce(self.debounce.stable_ms, (levels >> self._bit & 1) == self._lit)

    def sample(self, now: int) -> bool:
        return self.debounce.sample(now, (self.expander.levels >> self._bit & 1) == self._lit)


class ExpanderLights:
    """Lights at the pins of one expander, with the face of `outputs.Lights`."""

    def __init__(self, light: dict, expander: Expander):
        self.names = sorted(light["pins"])
        self.outputs = {}  # none that could be read back
        self._pins = light["pins"]
        self._high = light["active"] == "high"
        self._expander = expander
        expander.flush()

    def show(self, lit: dict) -> None:
        driven = self._expander.driven
        for name in self.names:
            bit = 1 << self._pins[name]
            driven = driven | bit if lit.get(name, False) == self._high else driven & ~bit
        if driven != self._expander.driven:
            self._expander.driven = driven
            self._expander.flush()


def open_expanders(config: dict, machine) -> dict:
    """Expander by name, its outputs off. Those at the same pins share a bus."""
    light, found, buses = config["light"], {}, {}
    for item in config["expanders"]:
        key = item["bus"]["scl"], item["bus"]["sda"]
        if key not in buses:
            buses[key] = Bus(item["bus"], machine)
        outputs = driven = 0
        if light.get("expander") == item["name"]:
            outputs = sum([1 << pin for pin in light["pins"].values()])
            driven = 0 if light["active"] == "high" else outputs
        found[item["name"]] = Expander(item, buses[key], outputs, driven)
    return found

