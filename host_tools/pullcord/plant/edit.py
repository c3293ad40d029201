"""Changes one place of a plant file, and leaves every other byte as its author wrote it: comments, order, layout.

After each change the whole text is read anew and must say what was meant, so a file that is written in an unforeseen
way is refused and never spoilt.
"""

import copy
import os
from collections.abc import Callable, Mapping
from pathlib import Path as File
from typing import Any

from . import splice
from .boards import Board
from .document import Document
from .load import check
from .model import Plant
from .problems import Path, PlantError, dotted


class CannotEdit(Exception):
    """The place is written in a way that no tool should touch, or somebody else changed the file meanwhile."""


class Edit:
    """The text of a plant file under change. A path is keys and numbers of items: ("loops", "bolt-m8", "cards", 0)."""

    def __init__(self, file: File, text: str) -> None:
        """Raises PlantError when `text` is not YAML."""
        self.file = file
        self.text = self._before = text
        self.data: Any = Document.parse(str(file), text).data

    @classmethod
    def read(cls, file: File) -> "Edit":
        """Raises PlantError when the file cannot be read or is not YAML."""
        Document.read(file)
        return cls(file, _read(file))

    def set(self, path: Path, value: Any) -> None:
        """What stands at `path` from now on; keys that lead there are made. CannotEdit."""
        wanted = copy.deepcopy(self.data)
        try:
            at, value = _put(wanted, path, value)
        except (TypeError, AttributeError, IndexError) as error:
            raise CannotEdit(f"{self.file}: {dotted(path)}: leads through what has no such keys") from error
        self._change(path, wanted, splice.replaced, at, value)

    def add(self, path: Path, item: Any) -> None:
        """One more item at the end of the list at `path`, which is made when there is none. CannotEdit."""
        found = _get(self.data, path)
        if found is None or found == []:
            return self.set(path, [item])
        if not isinstance(found, list):
            raise CannotEdit(f"{self.file}: {dotted(path)}: is no list")
        wanted = copy.deepcopy(self.data)
        _get(wanted, path).append(item)
        self._change(path, wanted, splice.appended, path, item)

    def remove(self, path: Path) -> None:
        """The key or item at `path`, with what stands behind it on its line. KeyError, IndexError, CannotEdit."""
        wanted = copy.deepcopy(self.data)
        holder = _get(wanted, path[:-1])
        del holder[path[-1]]
        if not holder and path[:-1]:
            return self.set(path[:-1], holder)
        self._change(path, wanted, splice.without, path)

    def check(self, boards: Mapping[str, Board]) -> Plant:
        """The plant as it would be. Raises PlantError with all problems."""
        return check(Document.parse(str(self.file), self.text), boards)

    def save(self) -> None:
        """Whole or not at all. Raises CannotEdit when the file changed since it was read, and OSError."""
        target = self.file.resolve()  # the file behind a link, not the link
        if _read(target) != self._before:
            raise CannotEdit(f"{self.file}: somebody changed it meanwhile; nothing was written: try again")
        new = target.with_name(target.name + ".new")
        with new.open("wb") as out:
            out.write(self.text.encode())
            out.flush()
            os.fsync(out.fileno())
        new.chmod(target.stat().st_mode)
        new.replace(target)
        self._before = self.text

    def _change(self, path: Path, wanted: Any, splicing: Callable[..., str], *arguments: Any) -> None:
        try:
            text = splicing(self.text, *arguments)
            data = Document.parse(str(self.file), text).data
        except (PlantError, LookupError, ValueError):
            data = None
        if data != wanted:
            why = "is written in a way that the tools do not change: change it by hand"
            raise CannotEdit(f"{self.file}: {dotted(path)}: {why}")
        self.text, self.data = text, data


def _read(file: File) -> str:
    return file.read_bytes().decode()  # not read_text, which would change the ends of lines


def _get(data: Any, path: Path) -> Any:
    """What stands at `path`; None when a key on the way is missing."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        else:
            data = data[part] if data is not None else None
    return data


def _put(data: Any, path: Path, value: Any) -> tuple[Path, Any]:
    """Write `value` into `data`; where the text changes for it, and what comes there: missing keys, too."""
    for depth, part in enumerate(path[:-1]):
        below = data.get(part) if isinstance(data, dict) else data[part]
        if below is None:
            for key in reversed(path[depth + 1 :]):
                value = {key: value}
            data[part] = value
            return path[: depth + 1], value
        data = below
    data[path[-1]] = value
    return path, value
