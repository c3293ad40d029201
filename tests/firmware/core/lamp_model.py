"""The lamp table once more, written another way: for a tower of red, yellow, green and blue, light by light.

Facts come from what is recorded, not from what the rules remember.
"""

from dataclasses import dataclass

PHASES = ("felt", "stored", "plant", "acknowledged", "arrived")  # the most urgent first
RHYTHM = {
    "felt": "steady",
    "stored": "double",
    "plant": "normal",
    "acknowledged": "slow",
    "arrived": "steady",
}


@dataclass
class Facts:
    """What is so at one moment. `calls` are (category, phase)."""

    calls: list[tuple[str, str]]
    stopped: list[bool]  # for each call that stopped the line: is its acknowledgement recorded?
    escalated: bool
    waiting: bool
    failed: bool
    fault: bool
    cut_off: bool


def expected(facts: Facts) -> dict[str, tuple[str, str]]:
    """{light: (rhythm, wink)}; wink is "", "dark" or "own"."""
    work = _first(phase for category, phase in facts.calls if category != "material")
    material = _first(phase for category, phase in facts.calls if category == "material")
    lights = {
        "red": _red(facts),
        "yellow": _yellow(facts, work),
        "green": _green(facts),
        "blue": RHYTHM.get(material, "off"),
    }
    felt = {"blue"} if material == "felt" else set()
    if work == "felt" and not (facts.failed or facts.fault or facts.escalated):
        felt.add("yellow")
    return {light: (rhythm, _wink(facts, light, rhythm, light in felt)) for light, rhythm in lights.items()}


def _first(phases) -> str:
    return min(phases, key=PHASES.index, default="")


def _red(facts: Facts) -> str:
    if facts.failed:
        return "fast_other"
    if facts.stopped:
        return "steady" if all(facts.stopped) else "normal"
    if facts.waiting:
        return "slow"
    if facts.fault:
        return "slow_other"
    return "wink" if facts.escalated else "off"


def _yellow(facts: Facts, work: str) -> str:
    if facts.failed:
        return "fast"
    if facts.fault:
        return "slow"
    if facts.escalated:
        return "normal"
    return RHYTHM.get(work, "off")


def _green(facts: Facts) -> str:
    if facts.stopped:
        return "off"
    if facts.waiting:
        return "slow_other"
    return "slow" if any(phase == "arrived" for _, phase in facts.calls) else "steady"


def _wink(facts: Facts, light: str, rhythm: str, felt: bool) -> str:
    if not facts.cut_off or felt:
        return ""
    return "own" if light == "blue" and rhythm == "off" else "dark"
