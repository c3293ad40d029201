"""Pulses that are counted by the chip itself: none is lost while the flash erases a sector with interrupts off.

RP2040 and RP2350: a PIO state machine, which also waits until the contact is stable. ESP32: the pulse counter, where
the image has `esp32.PCNT`; its filter takes away 12.8 us at most, so a contact that bounces needs an RC filter.
"""

EVERY_MS = 20


class Pulses:
    """`items`: inputs of the kind `pulse`; `make(items, machine)`: their counters, those of this chip when None.

    ImportError: the chip or its image has none.
    """

    watched = ()  # a counter cannot tell that its wire is cut

    def __init__(self, items: list, machine, make=None):
        found = (make or _of_this_chip())(items, machine)
        # a counter may go on through a soft reset
        self._counters = [[item["name"], counter, counter.value()] for item, counter in zip(items, found)]

    def active_now(self, now: int) -> list:
        return []

    def sample(self, now: int) -> list:
        """Each pulse since the last look is one press and one release."""
        changed = []
        for entry in self._counters:
            name, counter, seen = entry
            count = counter.value()
            entry[2] = count
            for _ in range((count - seen) % counter.PERIOD):
                changed += [(name, True), (name, False)]
        return changed

    def wait_ms(self, now: int) -> int:
        return EVERY_MS

    def rejected(self) -> dict:
        return {}


def _of_this_chip():
    try:
        from .pulses_rp2 import counters
    except ImportError:
        from .pulses_esp32 import counters
    return counters
