"""A YAML file with its line numbers."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .problems import Path, PlantError, Problem
from .shape import suggestion

MOST = 1_000_000
LONGEST_COMMENT = 2000  # the library copies a comment at each letter that it reads: a million take a minute


class Document:
    """`data`: the content as plain dicts, lists and scalars; `line(path)`: where a key stands in the file."""

    def __init__(self, name: str, tree: Any) -> None:
        self.name = name
        self.data = _plain(tree, iter(range(MOST)))
        self._tree = tree

    @classmethod
    def read(cls, file: File) -> "Document":
        """Raises PlantError when the file cannot be read or is not YAML."""
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem((), "this file", *_unreadable(file, error))
            raise PlantError(str(file), [problem]) from error
        return cls.parse(str(file), text)

    @classmethod
    def parse(cls, name: str, text: str) -> "Document":
        """Raises PlantError when `text` is not YAML, or says a key twice."""
        if endless := _endless_comment(text):
            raise PlantError(name, [endless])
        try:
            return cls(name, YAML(typ="rt").load(text))
        except DuplicateKeyError as error:
            problem = Problem((), _found(error), "this key is there twice", "say it once", _error_line(error))
            raise PlantError(name, [problem]) from error
        except YAMLError as error:
            right = "look at indentation (spaces, no tabs), colons and quotes here"
            problem = Problem((), _found(error), "is not YAML", right, _error_line(error))
            raise PlantError(name, [problem]) from error
        except (TypeError, ValueError, RecursionError, AttributeError, AssertionError) as error:
            # what ruamel.yaml itself stumbles over: a mapping as a key, a number of no calendar, ...
            problem = Problem((), "this file", "has something that no plant file needs", f"plain keys ({error})")
            raise PlantError(name, [problem]) from error

    def line(self, path: Path) -> int:
        """Of the longest part of `path` that exists."""
        node, line = self._tree, 1
        for part in path:
            try:
                line = (node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part))[0] + 1
                node = node[part]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
        return line


def _unreadable(file: File, error: OSError | UnicodeDecodeError) -> tuple[str, str]:
    """What is wrong with it, and what would be right."""
    if isinstance(error, FileNotFoundError):
        others = [other.name for pattern in ("*.yaml", "*.yml") for other in file.parent.glob(pattern)]
        return "is not there", suggestion(file.name, others) if others else "name the plant file: folder/plant.yaml"
    why = getattr(error, "strerror", None) or "is not UTF-8 text"
    return f"cannot be read ({why})", "a plant file, such as plant.yaml"


def _plain(node: Any, room: Iterator[int]) -> Any:
    """ValueError when `room` ends: a few lines of aliases of aliases can mean more values than any memory holds."""
    if next(room, None) is None:
        raise ValueError(f"with its aliases it has more than {MOST} values")
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value, room) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value, room) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):  # ruamel's scalars know how they were written; nobody here needs it
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _error_line(error: YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _endless_comment(text: str) -> Problem | None:
    """The library takes the empty lines behind a comment for a part of it."""
    empty = 0
    for number, line in enumerate(text.splitlines(), 1):
        empty = 0 if line else empty + 1
        if len(line.partition("#")[2]) > LONGEST_COMMENT:
            wrong = f"has more than {LONGEST_COMMENT:,} characters after a #"
            return Problem((), "this line", wrong, "break it into lines, each with its own #", number)
        if empty > LONGEST_COMMENT:
            wrong = f"more than {LONGEST_COMMENT:,} lines up to here are empty"
            return Problem((), "this line", wrong, "take them out", number)
    return None


def _found(error: YAMLError) -> str:
    if not isinstance(error, MarkedYAMLError):
        return str(error).splitlines()[0]
    return " ".join((error.problem or "this place").split())
