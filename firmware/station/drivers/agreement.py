"""Outputs that say what they really do: the relay by a contact of its own, a lamp's driver by its diagnosis pin.

Only for a station whose config has such pins.
"""

from ..core.debounce import Debounce

STABLE_MS = 200  # a relay moves within 20 ms; the auxiliary contact may bounce
EVERY_MS = 20


class Agreements:
    def __init__(self, config: dict, machine, relay, lights):
        self._pairs: list = []
        readback = (config.get("permit") or {}).get("readback")
        if readback:
            self._pairs.append(_Readback(relay, _sensor(readback["pin"], readback, machine)))
        sense = config["light"].get("sense")
        if sense:
            for name in sorted(sense["pins"]):
                sensor = _sensor(sense["pins"][name], sense, machine)
                self._pairs.append(_Lamp("light-" + name, lights.outputs[name], sensor))
        self.watched = [pair.name for pair in self._pairs]

    def active_now(self, now: int) -> list:
        return []

    def sample(self, now: int) -> list:
        """[(name, fault)], "" when output and contact agree."""
        changed = []
        for pair in self._pairs:
            if pair.sample(now):
                changed.append((pair.name, pair.fault if pair.told else ""))
        return changed

    def wait_ms(self, now: int) -> int:
        return EVERY_MS

    def rejected(self) -> dict:
        return {}


class _Pair:
    def __init__(self, name: str, output, sensor):
        self.name = name
        self.told = None
        self._output = output
        self._sensor = sensor
        self._debounce = Debounce(STABLE_MS)

    def wrong(self):
        """Whether they disagree; None while that cannot be seen."""
        raise NotImplementedError

    def sample(self, now: int) -> bool:
        """True when there is something to tell; at boot also that they agree."""
        wrong = self.wrong()
        if wrong is None:
            return False
        self._debounce.sample(now, wrong)
        if self._debounce.wait_ms(now) is not None or self.told == self._debounce.level:
            return False
        self.told = self._debounce.level
        return True


class _Readback(_Pair):
    """The permit relay: the contact must say what it was told, energised or not. A welded contact is found so."""

    fault = "mismatch"

    def __init__(self, relay, sensor):
        super().__init__("permit", relay, sensor)

    def wrong(self):
        return self._sensor() != self._output.on


class _Lamp(_Pair):
    """A lamp's driver finds out only while it is on whether current flows."""

    fault = "open_load"

    def wrong(self):
        return self._sensor() if self._output.on else None


def _sensor(number: int, item: dict, machine):
    pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
    pin = machine.Pin(number, machine.Pin.IN, pulls.get(item.get("pull", "up")))
    lit = 1 if item["active"] == "high" else 0
    return lambda: pin.value() == lit
