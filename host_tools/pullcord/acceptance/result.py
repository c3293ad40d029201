"""What came of a check: for the file, and for whoever wants to know later whether it was changed."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["passed", "failed", "skipped", "not_applicable"]
GOOD = ("passed", "not_applicable")


@dataclass(frozen=True)
class Step:
    """`part`: config, light, sound, input, wire, reader, permit, link. `why`: what was seen, when it did not pass.

    `skipped` was left out and is missing; `not_applicable` is nothing that this station could do, and decides nothing.
    """

    part: str
    name: str
    outcome: Outcome
    why: str = ""


@dataclass
class Result:
    """`events`: [first, last] sequence that the check recorded in `journal`. Times are RFC 3339."""

    station: str
    uid: str
    by: str
    began: str
    ended: str = ""
    versions: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    journal: str = ""
    events: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Something was seen to be good, nothing failed, and nothing was left out."""
        outcomes = {step.outcome for step in self.steps}
        return "passed" in outcomes and outcomes <= set(GOOD)

    @property
    def verdict(self) -> str:
        if any(step.outcome == "failed" for step in self.steps):
            return "FAILED"
        return "PASSED" if self.passed else "NOT COMPLETE"

    def as_json(self) -> dict[str, Any]:
        """`sum`: SHA-256 of all the rest, so that a change of the file is seen: `is_as_signed`."""
        told = {"format": 1, "passed": self.passed, "verdict": self.verdict, **asdict(self)}
        return told | {"sum": _sum(told)}


def is_as_signed(told: dict[str, Any]) -> bool:
    rest = {key: value for key, value in told.items() if key != "sum"}
    return told.get("sum") == _sum(rest)


def _sum(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
