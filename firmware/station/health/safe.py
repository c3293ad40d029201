"""Safe mode: nothing runs but the light that says so. USB stays open; the permit stays off."""

import time

from ..core import lamps, walking
from ..drivers.outputs import Lights, Output
from .uptime import Uptime

_REMIND_MS = 10000


def stay(machine, pins: dict, reasons: list) -> None:
    """Permit off; show the safe-mode light on the lamp pins that are known, else on the board's own LED. For ever.

    `pins`: `light` and `permit` of the config as far as they are known.
    """
    if pins.get("permit"):
        Output(pins["permit"]["pin"], pins["permit"]["active"], machine)
    lights = _lights(machine, pins.get("light"))
    patterns = walking.patterns("safe", lights.names)
    uptime = Uptime()
    remind_at = 0
    while True:
        now = uptime.ms()
        if now >= remind_at:
            remind_at = now + _REMIND_MS
            print("Pullcord is in safe mode. Correct this over USB, then restart the board:")
            for reason in reasons:
                print("  " + reason)
        slot = lamps.slot_of(now)
        lights.show({name: pattern[slot] == 35 for name, pattern in patterns.items()})
        time.sleep_ms(lamps.SLOT_MS)


def _lights(machine, light):
    if light:
        return Lights(light["pins"], light["active"], machine)
    try:
        return Lights({"red": "LED"}, "high", machine)
    except (TypeError, ValueError):
        return Lights({}, "high", machine)  # this board has none: the words must do
