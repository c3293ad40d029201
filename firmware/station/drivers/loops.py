"""Supervised cord and button loops on the ADC. Only for a station whose config has some."""

from ..core.loop import FAULTS, FULL, Loop

EVERY_MS = 10
_SUPPLY_UV = 3300000  # what feeds the loops


class Loops:
    def __init__(self, items: list, machine):
        self._loops = [_Watched(item, machine) for item in items]
        self.watched = [watched.name for watched in self._loops]

    def active_now(self, now: int) -> list:
        for watched in self._loops:
            watched.settle()
        return [watched.name for watched in self._loops if watched.active]

    def sample(self, now: int) -> list:
        """[(name, active)] and [(name, fault)]; fault "" when the wire is whole."""
        changed = []
        for watched in self._loops:
            watched.sample(now, changed)
        return changed

    def wait_ms(self, now: int) -> int:
        return EVERY_MS

    def rejected(self) -> dict:
        return {watched.name: watched.loop.rejected for watched in self._loops if watched.loop.rejected}


class _Watched:
    def __init__(self, item: dict, machine):
        self.name = item["name"]
        self.loop = Loop(item["rest"], item["pulled"], item.get("stable_ms", 20))
        self.active = False
        self._read = reading(machine, item["pin"])
        self._told: "str | None" = None

    def settle(self) -> None:
        self.loop.settle(self._read())
        self.active = self.loop.state == "pulled"

    def sample(self, now: int, changed: list) -> None:
        """A wire that breaks is neither a pull nor letting go; what it was comes back with the wire."""
        loop = self.loop
        loop.sample(now, self._read())
        fault = loop.state if loop.state in FAULTS else ""
        # told once at boot too, when it is whole: the fault may be from before
        if fault != self._told and not loop.pending(now):
            self._told = fault
            changed.append((self.name, fault))
        if not fault and self.active != (loop.state == "pulled"):
            self.active = not self.active
            changed.append((self.name, self.active))


def reading(machine, pin: int):
    """A function that reads the pin as a share of the supply, 0 to 65535.

    An ESP32 measures up to about 3.1 V, in microvolts and calibrated (MicroPython docs, ESP32 quick reference, ADC);
    others measure against the supply itself.
    """
    adc = machine.ADC(machine.Pin(pin))
    if not hasattr(machine.ADC, "ATTN_11DB"):
        return adc.read_u16
    adc.atten(machine.ADC.ATTN_11DB)
    return lambda: min(FULL, adc.read_uv() * FULL // _SUPPLY_UV)
