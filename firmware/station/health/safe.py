"""Safe mode: nothing runs but the light that says so. USB stays open; the permit stays off."""

import time

from ..core import lamps, walking
from ..drivers.outputs import Lights
from .uptime import Uptime

_REMIND_MS = 10000


def stay(machine, light, reasons: list) -> None:
    """Show the safe-mode light on the lamp pins that are known, else on the board's own LED, until the power is cut."""
    try:
        lights = Lights(light["pins"], light["active"], machine)
    except (KeyError, TypeError, ValueError):
        lights = Lights({"red": "LED"}, "high", machine)
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
