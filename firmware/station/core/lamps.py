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

# Row, the tone that repeats while it is the most urgent row with a tone, and then each light and its rhythm.
# (Flat: a tuple within a tuple would cost a board as much again.)
ROWS = (
    ("not_stored", "fault", "yellow", "fast", "red", "fast_other"),
    ("bypassed", "", "green", "fast"),
    ("stopped", "stop", "red", "normal", "green", "off"),
    ("stopped_taken", "", "red", "steady", "green", "off"),
    ("waiting", "", "red", "slow", "green", "slow_other"),
    ("input_fault", "", "yellow", "slow", "red", "slow_other"),
    ("escalated", "rising", "yellow", "normal", "white", "wink"),
    ("felt", "", "yellow", "steady"),
    ("call_stored", "", "yellow", "double"),
    ("call_plant", "call", "yellow", "normal"),
    ("acknowledged", "", "yellow", "slow"),
    ("arrived", "", "yellow", "steady", "green", "slow"),
    ("material_felt", "", "blue", "steady"),
    ("material_stored", "", "blue", "double"),
    ("material_plant", "soft", "blue", "normal"),
    ("material_acknowledged", "", "blue", "slow"),
    ("material_arrived", "", "blue", "steady", "green", "slow"),
    ("running", "", "green", "steady"),
)
FELT = ("felt", "material_felt")
# A light that is not fitted lends its meaning to another.
INSTEAD = {"blue": "yellow", "white": "red", "yellow": "red"}


def most_urgent(rows) -> str:
    for row in ROWS:
        if row[0] in rows:
            return row[0]
    return ""


def tone(rows) -> str:
    """The tone that the most urgent row with a tone repeats."""
    for row in ROWS:
        if row[1] and row[0] in rows:
            return row[1]
    return ""


def tower(rows, fitted, cut_off: bool) -> dict:
    """Patterns of a stack light: {light: 32 bytes} for each light that is fitted."""
    shown, felt = {}, set()
    for row in ROWS:
        if row[0] in rows:
            for i in range(2, len(row), 2):
                light = row[i]
                while light not in fitted and light in INSTEAD:
                    light = INSTEAD[light]
                if light in fitted and light not in shown:
                    shown[light] = RHYTHMS[row[i + 1]]
                    if row[0] in FELT:
                        felt.add(light)
    for light in fitted:
        pattern = shown.get(light, RHYTHMS["off"])
        # the answer to a hand must not fall into the dark of the wink
        if cut_off and light not in felt:
            pattern = _cut_off(light, pattern)
        shown[light] = pattern
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
    return both(pattern, DARK)


def both(one: bytes, other: bytes) -> bytes:
    return bytes([35 if one[i] == 35 and other[i] == 35 else 46 for i in range(SLOTS)])
