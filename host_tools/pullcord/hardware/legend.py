"""The lamp legend for the wall: what the rules of the lamp show, drawn over four seconds, on one sheet of A4."""

from collections.abc import Iterator
from html import escape

from station.core import lamps, walking

FITTED = ("red", "yellow", "green", "blue", "white")
# Rows of the lamp table that leave the line standing; with the others green shows that it runs.
_STANDING = ("stopped", "stopped_taken", "waiting")
# Row: (what it means, what to do). Every row of the lamp table is here; material rows are one.
MEANINGS = {
    "running": ("The line runs, nobody has called.", ""),
    "felt": ("Your pull was felt.", ""),
    "call_stored": ("The call is kept in this station.", "It cannot get lost any more."),
    "call_plant": ("The plant has the call.", "Go on working."),
    "acknowledged": ("Somebody has taken the call.", "Go on working."),
    "arrived": ("That person is here.", "Press resolve when it is solved."),
    "escalated": ("Nobody answered in time: the next level was called.", "Red winks where no white is fitted."),
    "material": ("The same for a call for material, in blue.", "In yellow where no blue is fitted."),
    "stopped": ("The line is stopped.", "Help, or call the team leader."),
    "stopped_taken": ("Stopped, and somebody is at it.", ""),
    "waiting": ("Solved, and the line waits.", "Press restart."),
    "input_fault": ("A cord or a button is broken or stuck.", "Call maintenance."),
    "not_stored": ("This station cannot store what you do.", "Tell somebody in person."),
    "cut_off": ("Cut off from the plant; it works and delivers later.", "If it matters, tell the team leader."),
    "bypassed": ("The line runs by a bypass of maintenance.", "Calls do not stop it; it ends by itself."),
    "starting": ("A light that walks: the station starts, or somebody works on it.", "Wait."),
}
_WORDS = {
    "steady": "steady", "slow": "slow", "slow_other": "slow, in turns", "normal": "flashing", "double": "double flash",
    "fast": "fast", "fast_other": "fast, in turns", "wink": "wink",
}  # fmt: skip
_COLOURS = {"red": "#d8232a", "yellow": "#f2b800", "green": "#1f9d3d", "blue": "#1f5fd0", "white": "#ffffff"}
_SECONDS = lamps.SLOTS * lamps.SLOT_MS // 1000
_SLOT = 6  # drawn width

_STYLE = """
@page { size: A4; margin: 11mm }
* { -webkit-print-color-adjust: exact; print-color-adjust: exact; box-sizing: border-box }
body { font: 11.5pt/1.25 "Liberation Sans", Arial, sans-serif; color: #000; margin: 0 auto; max-width: 188mm }
h1 { font-size: 24pt; margin: 0 0 1mm } p { margin: 0 0 2mm }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-size: 10pt }
td { border-top: 0.3mm solid #000; padding: 1.1mm 2mm 1.1mm 0; vertical-align: middle }
tr { break-inside: avoid }
.light { display: flex; align-items: center; gap: 2mm; height: 5mm; white-space: nowrap; font-size: 9.5pt }
.name { width: 13mm; font-weight: bold } svg { display: block; flex: none }
b { font-size: 12.5pt } .never { border: 0.8mm solid #000; padding: 2mm; margin-top: 3mm; font-weight: bold }
"""


def legend() -> str:
    """HTML that prints on one sheet."""
    rows = "\n".join(_row(name, *words) for name, words in MEANINGS.items())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What the light says</title>
<!-- Made from the lamp table (station/core/lamps.py) by `make hardware`. -->
<style>{_STYLE}</style>
</head>
<body>
<h1>What the light says</h1>
<p>Each bar shows {_SECONDS} seconds. The rhythm alone says it: you need not see the colour.</p>
<table>
<tr><th>You see</th><th>It means</th><th>Sound</th></tr>
{rows}
</table>
<p class="never">The cord is no emergency stop. When somebody may get hurt: the red button on the yellow ground.</p>
</body>
</html>
"""


def _row(name: str, meaning: str, advice: str) -> str:
    lights = "".join(_light(light, pattern) for light, pattern in shown(name).items())
    sound = _sound(name)
    text = f"<b>{escape(meaning)}</b>" + (f"<br>{escape(advice)}" if advice else "")
    return f"<tr><td>{lights}</td><td>{text}</td><td>{sound}</td></tr>"


def shown(name: str) -> dict[str, bytes]:
    """The lights that this row of the legend draws: each pattern of 32 slots, dark ones left out."""
    if name == "starting":
        return dict(walking.patterns("starting", ("red", "yellow", "green")))
    rows = {"material_plant" if name == "material" else name} - {"cut_off"}
    rows |= set() if name in _STANDING else {"running"}
    patterns = lamps.tower(rows, FITTED[:3] if name == "cut_off" else FITTED, name == "cut_off")
    return {light: patterns[light] for light in FITTED if b"#" in patterns.get(light, b"")}


def _light(light: str, pattern: bytes) -> str:
    bars = "".join(
        f'<rect x="{start * _SLOT}" y="1" width="{(end - start) * _SLOT}" height="14" fill="{_COLOURS[light]}" '
        'stroke="#000"/>'
        for start, end in _lit(pattern)
    )
    width = lamps.SLOTS * _SLOT
    picture = (
        f'<svg width="{width}" height="16" viewBox="-1 0 {width + 2} 16" role="img" aria-label="{_word(pattern)}">'
        f'<rect y="1" width="{width}" height="14" fill="#555"/>{bars}</svg>'
    )
    return f'<div class="light"><span class="name">{light}</span>{picture}<span>{_word(pattern)}</span></div>'


def _lit(pattern: bytes) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of each run of lit slots."""
    start = None
    for slot, lit in enumerate([*(byte == ord("#") for byte in pattern), False]):
        if lit and start is None:
            start = slot
        elif not lit and start is not None:
            yield start, slot
            start = None


def _word(pattern: bytes) -> str:
    for rhythm, word in _WORDS.items():
        if pattern == lamps.RHYTHMS[rhythm]:
            return word
    return "walks" if pattern.count(b"#") < lamps.SLOTS // 2 else "winks dark"


def _sound(name: str) -> str:
    tone = lamps.tone({"material_plant" if name == "material" else name})
    return {"": "", "call": "call tone, now and then"}.get(tone, f"{tone} tone")
