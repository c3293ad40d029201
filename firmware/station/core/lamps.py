"""What the light shows. Rows of the lamp table, the most urgent first; for each light the first row
that names it wins. Rhythm always carries the meaning, colour only repeats it (IEC 60073: slow flashing
0.4-0.8 Hz, normal 1.4-2.8 Hz).

A rhythm is 32 slots of 125 ms; `#` is lit. All patterns start together, at UTC times divisible by 4 s.
"""

SLOT_MS = 125
SLOTS = 32

RHYTHMS = {
    "off": b"." * 32,
    "steady": b"#" * 32,
    "slow": b"########........" * 2,
    "slow_other": b"........########" * 2,
    "normal": b"##.." * 8,
    "double": b"#.#....." * 4,
    "fast": b"#." * 16,
    "fast_other": b".#" * 16,
    "wink": b"#......." * 4,
}
DARK = b"##....##########################"
CUT_OFF_WINK = b"..####.........................."

# row, its lights, the tone that repeats while it is the most urgent row with a tone
ROWS = (
    ("not_stored", (("yellow", "fast"), ("red", "fast_other")), "fault"),
    ("stopped", (("red", "normal"), ("green", "off")), "stop"),
    ("stopped_taken", (("red", "steady"), ("green", "off")), ""),
    ("waiting", (("red", "slow"), ("green", "slow_other")), ""),
    ("input_fault", (("yellow", "slow"), ("red", "slow_other")), ""),
    ("escalated", (("yellow", "normal"), ("white", "wink")), "rising"),
    ("felt", (("yellow", "steady"),), ""),
    ("call_stored", (("yellow", "double"),), ""),
    ("call_plant", (("yellow", "normal"),), "call"),
    ("acknowledged", (("yellow", "slow"),), ""),
    ("arrived", (("yellow", "steady"), ("green", "slow")), ""),
    ("material_felt", (("blue", "steady"),), ""),
    ("material_stored", (("blue", "double"),), ""),
    ("material_plant", (("blue", "normal"),), "soft"),
    ("material_acknowledged", (("blue", "slow"),), ""),
    ("material_arrived", (("blue", "steady"), ("green", "slow")), ""),
    ("running", (("green", "steady"),), ""),
)
FELT = ("felt", "material_felt")
# A light that is not fitted lends its meaning to another.
INSTEAD = {"blue": "yellow", "white": "red", "yellow": "red"}
MODES = ("starting", "service", "safe", "update")
ORDER = ("red", "yellow", "green", "blue", "white")
CHANNELS = {
    "red": ("red",),
    "yellow": ("red", "green"),
    "green": ("green",),
    "blue": ("blue",),
    "white": ("red", "green", "blue"),
}


def most_urgent(rows) -> str:
    for name, _, _ in ROWS:
        if name in rows:
            return name
    return ""


def tone(rows) -> str:
    """The tone that the most urgent row with a tone repeats."""
    for name, _, sound in ROWS:
        if sound and name in rows:
            return sound
    return ""


def tower(rows, fitted, cut_off: bool) -> dict:
    """Patterns of a stack light: {light: 32 bytes} for each light that is fitted."""
    shown, felt = {}, set()
    for name, lights, _ in ROWS:
        if name in rows:
            for light, rhythm in lights:
                while light not in fitted and light in INSTEAD:
                    light = INSTEAD[light]
                if light in fitted and light not in shown:
                    shown[light] = RHYTHMS[rhythm]
                    if name in FELT:
                        felt.add(light)
    for light in fitted:
        pattern = shown.get(light, RHYTHMS["off"])
        # the answer to a hand must not fall into the dark of the wink
        if cut_off and light not in felt:
            pattern = _cut_off(light, pattern)
        shown[light] = pattern
    return shown


def rgb(rows, cut_off: bool) -> dict:
    """Patterns of one light that has all colours: only the most urgent row is shown.

    Where a row names two lights, the second takes the moments at which it is lit.
    """
    channels = {name: bytearray(RHYTHMS["off"]) for name in ("red", "green", "blue")}
    top = most_urgent(rows)
    for name, lights, _ in ROWS:
        if name == top:
            for light, rhythm in lights:
                _overlay(channels, CHANNELS[light], RHYTHMS[rhythm])
    shown = {name: bytes(pattern) for name, pattern in channels.items()}
    if cut_off and top not in FELT:
        for name in shown:
            shown[name] = _both(shown[name], DARK)
    return shown


def walking(mode: str, fitted) -> dict:
    """A light that walks: up at the start, down in service, in pairs in safe mode, quickly for an update."""
    order = [light for light in ORDER if light in fitted]
    steps = len(order)
    shown = {}
    for place, light in enumerate(order):
        pattern = bytearray(b"." * SLOTS)
        for slot in range(SLOTS):
            step = slot // (1 if mode == "update" else 4)
            if mode != "starting":
                step = -step
            lit = step % steps == place or (mode == "safe" and (step + 1) % steps == place)
            # one light cannot walk: it breathes in the mode's own pace
            if steps == 1:
                lit = slot // (2 + 2 * MODES.index(mode)) % 2 == 0
            pattern[slot] = 35 if lit else 46
        shown[light] = bytes(pattern)
    return shown


def slot_of(ms: int) -> int:
    return ms // SLOT_MS % SLOTS


def mask(pattern: bytes) -> str:
    """Eight hex digits of a pattern, the first slot in the most significant bit."""
    digits = ""
    for start in range(0, SLOTS, 4):
        digit = 0
        for slot in range(start, start + 4):
            digit = digit * 2 + (pattern[slot] == 35)
        digits += "0123456789abcdef"[digit]
    return digits


def _cut_off(light: str, pattern: bytes) -> bytes:
    if light in ("blue", "white") and pattern == RHYTHMS["off"]:
        return CUT_OFF_WINK
    return _both(pattern, DARK)


def _overlay(channels: dict, colour, pattern: bytes) -> None:
    for slot in range(SLOTS):
        if pattern[slot] == 35:
            for name in channels:
                channels[name][slot] = 35 if name in colour else 46


def _both(one: bytes, other: bytes) -> bytes:
    return bytes([35 if one[i] == 35 and other[i] == 35 else 46 for i in range(SLOTS)])
