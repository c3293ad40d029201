"""A pulse counter in the ESP32's PCNT (MicroPython docs, esp32.PCNT). Not in every image: then importing this fails."""

from esp32 import PCNT

FILTER = 1023  # cycles of the 80 MHz clock: the longest there is, 12.8 us


def counters(items: list, machine) -> list:
    return [Counter(number, item, machine) for number, item in enumerate(items)]


class Counter:
    PERIOD = 32000

    def __init__(self, number: int, item: dict, machine):
        pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
        pin = machine.Pin(item["pin"], machine.Pin.IN, pulls.get(item.get("pull", "up")))
        edge = "rising" if item["active"] == "high" else "falling"
        # at `max` it goes back to 0
        self._counter = PCNT(number, pin=pin, filter=FILTER, max=self.PERIOD, **{edge: PCNT.INCREMENT})
        self._counter.start()

    def value(self) -> int:
        return self._counter.value()
