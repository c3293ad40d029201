"""What is wrong in a file, in words for the person who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `path`: the keys that lead to it. `line` counts from 1; 0: not known."""

    path: Path
    value: Any
    wrong: str
    right: str
    line: int = 0

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {shown(self.value)}: {self.wrong}: {self.right}"


class PlantError(Exception):
    """A file with problems, all of them; `str()` is a line for each."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = sorted(problems, key=lambda problem: (problem.line, dotted(problem.path)))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        return [f"{self.file}:{problem.line or 1}: {problem}" for problem in self.problems]


def dotted(path: Path) -> str:
    """`("inputs", 0, "pin")` as `inputs[0].pin`; the whole file is `plant`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "plant"


def shown(value: Any) -> str:
    """The value as a person wrote it, cut short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."
