"""Digital inputs: the interrupt says that something moved, a task finds out what."""

import time

from ..core.debounce import Debounce

_POLL_MS = 5
_LATE_MS = 3  # within which a soft interrupt tells after a blind time, or the next one follows
_ERASE_MS = 25  # what holds everything up for less leaves a press of 50 ms long enough to be seen
_SPIKE_MS = 3  # what an interrupt sees come and go within this is none of a hand


class Inputs:
    """All contacts of one station. `flag` is the ThreadSafeFlag that the interrupts set.

    `felt(ticks)` is called by the interrupt of an input that calls; None where the lights cannot be lit by one.
    """

    watched = ()  # a plain contact cannot tell that it is broken
    missing = ()

    def __init__(self, items: list, machine, flag, felt=None):
        self._flag = flag
        self._felt = felt
        self._blind: "tuple | None" = None
        self._inputs = []
        for item in items:
            pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
            pin = machine.Pin(item["pin"], machine.Pin.IN, pulls.get(item.get("pull", "up")))
            lit = 1 if item["active"] == "high" else 0
            debounce = Debounce(item.get("stable_ms", 20))
            # last: when an interrupt saw it active, whether it calls, and when one saw it inactive again; in ticks
            self._inputs.append([item["name"], pin, lit, debounce, None, item.get("does") == "call", None])
            # one bound method for all pins, made here: an interrupt must not allocate
            edges = machine.Pin.IRQ_RISING | machine.Pin.IRQ_FALLING
            try:
                pin.irq(self._edge, edges, hard=True)
            except TypeError:
                pin.irq(self._edge, edges)  # an ESP32 has only soft ones

    def _edge(self, pin) -> None:
        # hard: it also runs between two erases of the flash, when no Python does
        for item in self._inputs:
            if item[1] is not pin:
                continue
            if pin.value() != item[2]:
                if item[6] is None:
                    item[6] = time.ticks_ms()
            elif item[4] is None or _is_spike(item[4], item[6]):
                first = item[4] is None
                item[4] = time.ticks_ms()
                item[6] = None
                if first and item[5] and self._felt is not None:
                    self._felt(item[4])
        self._flag.set()

    def active_now(self, now: int) -> list:
        """Names of the inputs that are active, taken as settled: how things stand at boot."""
        for item in self._inputs:
            item[3] = Debounce(item[3].stable_ms, item[1].value() == item[2])
        return [item[0] for item in self._inputs if item[3].level]

    def sample(self, now: int) -> list:
        """[(name, active)] that have just settled."""
        changed = []
        for item in self._inputs:
            name, pin, lit, debounce, seen, _, left = item
            item[4] = None
            if seen is not None and not _is_spike(seen, left) and not debounce.level:
                since = self._since(now - time.ticks_diff(time.ticks_ms(), seen))
                # only then nobody could look meanwhile; a bounce is seen at once, and is none of our business here
                if now - since >= debounce.stable_ms and debounce.sample(since, True):
                    changed.append((name, True))
            if debounce.sample(now, pin.value() == lit):
                changed.append((name, debounce.level))
        self._blind = None
        return changed

    def blind(self, since: int, until: int) -> None:
        """Nobody could look meanwhile, and interrupts came late: what one then saw may have been so all the time."""
        if until - since >= _ERASE_MS:
            before = self._blind
            self._blind = (before[0] if before and since - before[1] <= _LATE_MS else since, until)

    def _since(self, seen: int) -> int:
        blind = self._blind
        return blind[0] if blind and blind[0] <= seen <= blind[1] + _LATE_MS else seen

    def wait_ms(self, now: int):
        """How long until the next sample can matter, None while all contacts are at rest."""
        waits = [item[3].wait_ms(now) for item in self._inputs]
        waits = [wait for wait in waits if wait is not None]
        return max(1, min(_POLL_MS, min(waits))) if waits else None

    def rejected(self) -> dict:
        """How often a contact moved and came back too soon to count, by name."""
        return {item[0]: item[3].rejected for item in self._inputs if item[3].rejected}


def _is_spike(seen: int, left) -> bool:
    return left is not None and time.ticks_diff(left, seen) < _SPIKE_MS
