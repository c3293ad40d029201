"""The JSON Schemas of docs/protocol, compiled once.

Forward compatible on the plant's side: a newer station may send properties that this version does not know,
and they are kept with the event as sent; a known property must be what its schema says, and an unknown *type*
of event is refused (quarantined whole, so that a later version can still read it). `strict` also refuses
unknown properties: it is for tests of what our own parts send.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource

from pullcord.line import moments

MESSAGES = ("state", "online", "receipt", "time", "command", "part")
ENVELOPE = "event"


class Schemas:
    """Validators by name: every event type as `pullcord.<group>.<name>.v<n>`, and `MESSAGES`."""

    def __init__(self, directory: Path | None = None, strict: bool = False) -> None:
        documents = _load(directory or _directory())
        if strict:
            documents = {name: _closed(document) for name, document in documents.items()}
        documents = {name: _merged(document, documents[ENVELOPE]) for name, document in documents.items()}
        registry = Registry().with_resources(
            (document["$id"], Resource.from_contents(document)) for document in documents.values()
        )
        formats = FormatChecker(formats=())
        formats.checks("date-time", raises=ValueError)(_is_moment)
        validators = {
            name: _Judge(document, Draft202012Validator(document, registry=registry, format_checker=formats))
            for name, document in documents.items()
        }
        self._envelope = validators[ENVELOPE]
        self._messages = {name: validators[name] for name in MESSAGES}
        self._events = {
            documents[name]["title"]: validator
            for name, validator in validators.items()
            if name not in (ENVELOPE, *MESSAGES)
        }

    @property
    def types(self) -> list[str]:
        return sorted(self._events)

    def validate(self, event: Any) -> list[str]:
        """What is wrong with an event, as `path: what`; an empty list when nothing is."""
        kind = event.get("type") if isinstance(event, dict) else None
        validator = self._events.get(kind) if isinstance(kind, str) else None
        if validator is not None:
            return validator.problems(event)
        problems = self._envelope.problems(event)
        return problems or [f"type: {kind} is not known to this version; update the plant's software"]

    def validate_message(self, name: str, message: Any) -> list[str]:
        """The same for one of `MESSAGES`; KeyError for another name."""
        return self._messages[name].problems(message)


@cache
def shipped(strict: bool = False) -> Schemas:
    """The schemas of this version. They never change while it runs."""
    return Schemas(strict=strict)


def validate(event: Any) -> list[str]:
    """What is wrong with an event, by the schemas of this version."""
    return shipped().validate(event)


def _directory() -> Path:
    installed = Path(__file__).parent / "protocol"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "docs" / "protocol"


def _load(directory: Path) -> dict[str, dict[str, Any]]:
    documents = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(directory.glob("*.json"))}
    missing = [name for name in (ENVELOPE, *MESSAGES) if name not in documents]
    if missing:
        raise FileNotFoundError(f"{directory}: no schema {', '.join(missing)}; install the package again")
    return documents


def _is_moment(text: Any) -> bool:
    return not isinstance(text, str) or moments.from_text(text) is not None


def _closed(schema: Any) -> Any:
    """The schema with every object closed that lists its properties and says nothing about others."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


def _merged(document: dict[str, Any], envelope: dict[str, Any]) -> dict[str, Any]:
    """An event's schema with the envelope's written into it: following the reference for each event takes long."""
    if document.get("allOf") != [{"$ref": f"{ENVELOPE}.json"}]:
        return document
    own = {key: value for key, value in document.items() if key != "allOf"}
    return envelope | own | {"properties": envelope["properties"] | own["properties"]}


class _Judge:
    """Says at once that a message is right, as nearly all are, and takes its time to say what is wrong with one.

    `slow` explains, and takes five times as long as all else that becomes of an event. Documents that refer to others
    have no quick judge: events, which come in bursts, have their envelope written into them.
    """

    def __init__(self, document: dict[str, Any], slow: Draft202012Validator) -> None:
        self._slow = slow
        self._is_right: Callable[[Any], bool] | None = None
        if "$ref" not in json.dumps(document):
            quick = jsonschema_rs.Draft202012Validator(
                document, validate_formats=True, formats={"date-time": _is_right_moment}
            )
            self._is_right = quick.is_valid

    def problems(self, instance: Any) -> list[str]:
        if self._is_right is not None:
            try:
                if self._is_right(instance):
                    return []
            except (ValueError, OverflowError, RecursionError):
                pass  # a number or a text that only Python can hold
        errors = sorted(self._slow.iter_errors(instance), key=lambda error: list(map(str, error.absolute_path)))
        return [_problem(error) for error in errors]


def _is_right_moment(text: str) -> bool:
    try:
        return _is_moment(text)
    except ValueError:
        return False


def _problem(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "message"
    what = "must not be there" if error.validator == "not" else error.message
    return f"{where}: {what if len(what) <= 200 else what[:200] + '...'}"
