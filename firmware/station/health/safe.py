"""Safe mode: nothing runs but the light that says so. USB stays open; the permit stays off.

The reasons are also in a file, for whoever looks at the flash, and for the next boot to tell the plant.
"""

import time

from ..core import lamps, walking
from ..drivers.expanders import ExpanderLights, open_expanders
from ..drivers.outputs import Lights, Output
from ..drivers.pixels import PixelLights
from .uptime import Uptime

_REMIND_MS = 2000  # a tool that asks a board what it is doing waits a little longer
_LONGEST = 1000


def stay(machine, pins: dict, reasons: list, path: str) -> bool:
    """Permit off; show the safe-mode light on the lamp pins that are known, else on the board's own LED.

    Until somebody interrupts it over USB: then it returns True, and the permit stays off. `pins`: `light`, `permit` and
    `expanders` of the config as far as they are known; `path`: the file for the reasons.
    """
    if pins.get("permit"):
        Output(pins["permit"]["pin"], pins["permit"]["active"], machine)
    lights = _lights(machine, pins)
    _keep(path, "\n".join(reasons)[:_LONGEST])
    try:
        _show(lights, reasons)
    except KeyboardInterrupt:
        print("Stopped by hand. The permit stays off until the board is restarted.")
    return True


def _keep(path, text):
    """Once: a board that ends here at every boot must not wear its flash."""
    try:
        with open(path) as file:
            if file.read() == text:
                return
    except (OSError, ValueError):
        pass  # there is none yet, or none that can be read
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError as error:
        print("The reasons could not be kept in %s: %s" % (path, error))


def _show(lights, reasons):
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


def _lights(machine, pins: dict):
    light = pins.get("light")
    if light and light.get("pixels"):
        return PixelLights(light, machine)
    if light and light.get("expander"):
        return ExpanderLights(light, open_expanders(pins, machine)[light["expander"]])
    if light:
        return Lights(light["pins"], light["active"], machine)
    try:
        return Lights({"red": "LED"}, "high", machine)
    except (TypeError, ValueError):
        return Lights({}, "high", machine)  # this board has none: the words must do
