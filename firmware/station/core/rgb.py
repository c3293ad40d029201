"""What a single light that has all colours shows."""

from .lamps import DARK, FELT, RHYTHMS, ROWS, SLOTS, both, most_urgent

CHANNELS = {
    "red": ("red",),
    "yellow": ("red", "green"),
    "green": ("green",),
    "blue": ("blue",),
    "white": ("red", "green", "blue"),
}


def rgb(rows, cut_off: bool) -> dict:
    """Patterns of one light that has all colours: only the most urgent row is shown.

    Where a row names two lights, the second takes the moments at which it is lit.
    """
    channels = {name: bytearray(RHYTHMS["off"]) for name in ("red", "green", "blue")}
    top = most_urgent(rows)
    for row in ROWS:
        if row[0] == top:
            for i in range(2, len(row), 2):
                _overlay(channels, CHANNELS[row[i]], RHYTHMS[row[i + 1]])
    shown = {name: bytes(pattern) for name, pattern in channels.items()}
    if cut_off and top not in FELT:
        for name in shown:
            shown[name] = both(shown[name], DARK)
    return shown


def _overlay(channels: dict, colour, pattern: bytes) -> None:
    for slot in range(SLOTS):
        if pattern[slot] == 35:
            for name in channels:
                channels[name][slot] = 35 if name in colour else 46
