"""Digital inputs: the interrupt says that something moved, a task finds out what."""

from ..core.debounce import Debounce

_POLL_MS = 5


class Inputs:
    """All contacts of one station. `flag` is the ThreadSafeFlag that the interrupts set."""

    watched = ()  # a plain contact cannot tell that it is broken

    def __init__(self, items: list, machine, flag):
        self._flag = flag
        self._inputs = []
        for item in items:
            pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
            pin = machine.Pin(item["pin"], machine.Pin.IN, pulls.get(item.get("pull", "up")))
            lit = 1 if item["active"] == "high" else 0
            self._inputs.append((item["name"], pin, lit, Debounce(item.get("stable_ms", 20))))
            # one bound method for all pins, made here: an interrupt must not allocate
            pin.irq(self._edge, machine.Pin.IRQ_RISING | machine.Pin.IRQ_FALLING)

    def _edge(self, pin) -> None:
        self._flag.set()

    def active_now(self, now: int) -> list:
        """Names of the inputs that are active, taken as settled: how things stand at boot."""
        before, self._inputs = self._inputs, []
        for name, pin, lit, debounce in before:
            self._inputs.append((name, pin, lit, Debounce(debounce.stable_ms, pin.value() == lit)))
        return [name for name, _, _, debounce in self._inputs if debounce.level]

    def sample(self, now: int) -> list:
        """[(name, active)] that have just settled."""
        changed = []
        for name, pin, lit, debounce in self._inputs:
            if debounce.sample(now, pin.value() == lit):
                changed.append((name, debounce.level))
        return changed

    def wait_ms(self, now: int):
        """How long until the next sample can matter, None while all contacts are at rest."""
        waits = [debounce.wait_ms(now) for _, _, _, debounce in self._inputs]
        waits = [wait for wait in waits if wait is not None]
        return max(1, min(_POLL_MS, min(waits))) if waits else None

    def rejected(self) -> dict:
        """How often a contact moved and came back too soon to count, by name."""
        return {name: debounce.rejected for name, _, _, debounce in self._inputs if debounce.rejected}
