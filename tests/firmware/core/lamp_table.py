"""Writes lamp_table.txt: what every kind of light shows for each row of the lamp table, and each pair.

    .venv/bin/python -m tests.firmware.core.lamp_table > tests/firmware/core/lamp_table.txt

Then look at the difference by eye, with the lamp and sound table of the design beside it.
"""

from collections.abc import Iterator
from itertools import combinations

from station.core import lamps, rgb, walking

KINDS = {
    "tower: red yellow green": ("red", "yellow", "green"),
    "tower: red yellow green blue": ("red", "yellow", "green", "blue"),
    "tower: red yellow green blue white": ("red", "yellow", "green", "blue", "white"),
    "rgb": ("red", "green", "blue"),
}
COLOURS = {
    (1, 0, 0): "red",
    (1, 1, 0): "yellow",
    (0, 1, 0): "green",
    (0, 0, 1): "blue",
    (1, 1, 1): "white",
}
HEAD = """\
What the lights show. Rows of the lamp table alone, then each pair; no light named: dark.
"+ dark wink": the wink of a station that is cut off lies in it. "- white wink": not in those moments.
Written by lamp_table.py, which says how.
"""


def main() -> str:
    return "\n".join(lines()) + "\n"


def lines() -> Iterator[str]:
    yield HEAD
    names = [row[0] for row in lamps.ROWS]
    for kind, fitted in KINDS.items():
        yield f"== {kind}\n"
        for rows in [(name,) for name in names] + list(combinations(names, 2)):
            here = show(kind, fitted, rows, cut_off=False)
            yield f"{' + '.join(rows)}: {here}"
            yield f"    cut off: {show(kind, fitted, rows, cut_off=True)}"
        for mode in walking.MODES:
            yield f"{mode}:"
            for light, pattern in walking.patterns(mode, fitted).items():
                yield f"    {light:6} {pattern.decode()}"
        yield ""
    yield "== sounds\n"
    for name in names:
        yield f"{name}: {lamps.tone({name}) or '-'}"


def show(kind: str, fitted: tuple[str, ...], rows: tuple[str, ...], cut_off: bool) -> str:
    if kind == "rgb":
        patterns = _colours(rgb.rgb(set(rows), cut_off))
    else:
        patterns = lamps.tower(set(rows), fitted, cut_off)
    said = [f"{light} {name(patterns[light])}" for light in walking.ORDER if name(patterns.get(light)) != "off"]
    return ", ".join(said) or "dark"


def name(pattern: bytes | None) -> str:
    """A rhythm's name, alone or with a wink in it; the slots themselves when it has none."""
    if pattern is None:
        return "off"
    for rhythm, slots in lamps.RHYTHMS.items():
        if pattern == slots:
            return rhythm
    if pattern == lamps.CUT_OFF_WINK:
        return "wink of its own"
    for rhythm, slots in lamps.RHYTHMS.items():
        if pattern == _both(slots, lamps.DARK):
            return rhythm + " + dark wink"
        if pattern == _without(slots, lamps.RHYTHMS["wink"]):
            return rhythm + " - white wink"
        if pattern == _both(_without(slots, lamps.RHYTHMS["wink"]), lamps.DARK):
            return rhythm + " - white wink + dark wink"
    return pattern.decode()


def _colours(channels: dict[str, bytes]) -> dict[str, bytes]:
    """Patterns by the colour that the eye sees, from the channels of an RGB light."""
    seen = {colour: bytearray(b"." * lamps.SLOTS) for colour in COLOURS.values()}
    for slot in range(lamps.SLOTS):
        lit = tuple(int(channels[channel][slot] == 35) for channel in ("red", "green", "blue"))
        if any(lit):
            seen[COLOURS[lit]][slot] = 35
    return {colour: bytes(pattern) for colour, pattern in seen.items()}


def _both(one: bytes, other: bytes) -> bytes:
    return bytes(35 if a == b == 35 else 46 for a, b in zip(one, other, strict=True))


def _without(one: bytes, other: bytes) -> bytes:
    return bytes(46 if b == 35 else a for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    print(main(), end="")
