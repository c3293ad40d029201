"""Safe mode: nothing runs but the light that says so. USB stays open; the permit stays off."""

import time

from ..core import lamps, walking
from ..drivers.outputs import Lights

_REMIND_MS = 10000


def stay(machine, light, reasons: list) -> None:
    """Show the safe-mode light on the lamp pins that are known, else on the board's own LED, until the power is cut."""
    try:
        lights = Lights(light["pins"], light["active"], machine)
    except (KeyError, TypeError, ValueError):
        lights = Lights({"red": "LED"}, "high", machine)
    patterns = walking.patterns("safe", lights.names)
    said = None
    while True:
        now = time.ticks_ms()
        if said is None or time.ticks_diff(now, said) >= _REMIND_MS:
            said = now
            print("Pullcord is in safe mode. Correct this over USB, then restart the board:")
            for reason in reasons:
                print("  " + reason)
        slot = lamps.slot_of(now)
        lights.show({name: pattern[slot] == 35 for name, pattern in patterns.items()})
        time.sleep_ms(lamps.SLOT_MS)
