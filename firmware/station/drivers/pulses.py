"""Pulses that are counted by the chip itself: none is lost while the flash erases a sector with interrupts off.

RP2040 and RP2350: a PIO state machine, which also waits until the contact is stable. ESP32: the pulse counter, where
the image has `esp32.PCNT`; its filter takes away 12.8 us at most, so a contact that bounces needs an RC filter.
"""

EVERY_MS = 20


class Pulses:
    """`items`: inputs of the kind `pulse`. ImportError when the chip or its image has no counter."""

    watched = ()  # a counter cannot tell that its wire is cut

    def __init__(self, items: list, machine, counter=None):
        counter = counter or _of_this_chip()
        self._counters = [[item["name"], counter(number, item, machine), 0] for number, item in enumerate(items)]

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
        from .pulses_rp2 import Counter

        return Counter
    except ImportError:
        from . import pulses_esp32

        return pulses_esp32.Counter
