"""Pydantic's findings in the words of this project, and the part of a document that is sound all the same."""

import copy
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from station.core.schema import nearest

from .model import Plant
from .problems import Path, Problem

_PATTERNS = {
    "Name": ("is no name", "1 to 32 of a-z 0-9 - _"),
    "Uid": ("is no card uid", 'quoted lower-case hex of 4, 7 or 10 bytes, such as "04a1b2c3d40001"'),
    "StationPath": ("is no station", "area/line/station"),
    "Host": ("is no address", "a host in numbers or by name, or mqtts://HOST:PORT for the whole section"),
    "TimeOfDay": ("is no time of day", 'quoted "HH:MM", such as "06:30"'),
    "Day": ("is no day", 'quoted "YYYY-MM-DD", such as "2026-12-25"'),
    "Digit": ("is no level", "0 for the call itself, 1 for the first escalation, ..."),
    "Pin": ("is no pin", "a name of the board's profile, such as GP2"),
}


def check(data: Any) -> tuple[Plant | None, list[Problem]]:
    """The plant as far as it is sound (None when nothing is), and every problem of shape."""
    try:
        return Plant.model_validate(data), []
    except ValidationError as error:
        problems = [_problem(detail, data) for detail in error.errors()]
        return _sound_part(data, error), problems


def _sound_part(data: Any, error: ValidationError) -> Plant | None:
    """Without what is wrong, so that the rest can be judged too. What that breaks is no further problem."""
    rest = copy.deepcopy(data)
    while True:
        before = copy.deepcopy(rest)
        for detail in reversed(error.errors()):  # the last of a list first: the others keep their numbers
            path, _ = _split(detail)
            _remove(rest, path[:-1] if detail["type"] == "missing" else path)
        if rest == before:
            return None
        try:
            return Plant.model_validate(rest)
        except ValidationError as next_error:
            error = next_error


def _remove(data: Any, path: Path) -> None:
    for part in path[:-1]:
        if not _has(data, part):
            return  # another problem took it away
        data = data[part]
    if path and _has(data, path[-1]):
        del data[path[-1]]


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _split(detail: ErrorDetails) -> tuple[Path, bool]:
    """The path in the file, and whether the finding is about the key itself."""
    path = tuple(detail["loc"])
    if path and path[-1] == "[key]":
        return path[:-1], True
    return path, False


def _problem(detail: ErrorDetails, data: Any) -> Problem:
    path, is_key = _split(detail)
    value = path[-1] if is_key else None if detail["type"] == "missing" else detail["input"]
    wrong, right = _words(detail, path, value)
    return Problem(path, value, wrong, right)


def _words(detail: ErrorDetails, path: Path, value: Any) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return "nobody knows this key", suggestion(str(path[-1]), _keys_at(path[:-1]))
    if kind == "missing":
        return "is missing", f"add {path[-1]}"
    if kind == "literal_error":
        choices = [text.strip("' ") for text in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return "does not fit", suggestion(str(value), choices)
    if kind == "string_pattern_mismatch":
        return _pattern_words(str(context["pattern"]))
    if kind == "string_type" and isinstance(value, int | float):
        return "is a number here", "put it in quotes"
    if kind in ("model_type", "dict_type"):
        return "does not fit", "a mapping of keys"
    return "does not fit", detail["msg"].removeprefix("Input should be ").removeprefix("String should ")


def _pattern_words(pattern: str) -> tuple[str, str]:
    from . import names

    for name, words in _PATTERNS.items():
        constraint = get_args(getattr(names, name))[1]
        if constraint.pattern == pattern:
            return words
    return "does not fit", f"text like {pattern}"


def suggestion(word: str, choices: Iterable[str]) -> str:
    """`did you mean X?`, or what there is."""
    known = sorted(choices)
    close = nearest(word, known)
    if close:
        return f"did you mean {close}?"
    if not known:
        return "nothing is known here"
    return "one of " + ", ".join(known) if len(known) > 1 else f"only {known[0]}"


def _keys_at(path: Path) -> list[str]:
    """The keys that the model has at `path`."""
    at: Any = Plant
    for part in path:
        if _is_model(at):
            field = next((f for n, f in at.model_fields.items() if (f.alias or n) == part), None)
            at = _model_in(field.annotation) if field else None
        else:
            at = _model_in(at)
        if at is None:
            return []
    return [field.alias or name for name, field in at.model_fields.items()] if _is_model(at) else []


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _model_in(kind: Any) -> Any:
    """The model, or the mapping of models, that an annotation leads to."""
    if _is_model(kind):
        return kind
    if get_origin(kind) is dict:
        return _Values(get_args(kind)[1])
    if isinstance(kind, _Values):
        return _model_in(kind.kind)
    return next((found for found in map(_model_in, get_args(kind)) if found is not None), None)


class _Values:
    """A mapping with free keys, whose values are of `kind`."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
