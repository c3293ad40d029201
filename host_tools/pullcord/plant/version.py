"""A plant file with all that is made of it, as it is put in force."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from .boards import Board
from .compile import Compiled, CompileError, compile_plant
from .declare import declaration
from .document import Document
from .load import check
from .model import Plant
from .problems import PlantError, Problem


@dataclass(frozen=True)
class Version:
    """`name` of the file, its `text`, and the compiled `stations`."""

    name: str
    text: str
    plant: Plant
    stations: tuple[Compiled, ...]

    @property
    def file(self) -> str:
        """What the text is known by: its SHA-256 in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def filed(self) -> dict[str, Any]:
        """The data of a `plant.filed`."""
        return {"hash": self.file, "name": self.name, "text": self.text}

    @property
    def declared(self) -> dict[str, Any]:
        """The data of a `plant.declared`. Its `hash` differs when anything in the file does."""
        made = declaration(self.plant)
        return {**made, "hash": hashlib.sha256((made["hash"] + self.file).encode()).hexdigest()[:12], "file": self.file}


def read_version(file: File, boards: Mapping[str, Board]) -> Version:
    """PlantError with all problems."""
    document = Document.read(file)
    return _made(file.name, file.read_text(encoding="utf-8"), document, boards, 1)


def version(name: str, text: str, boards: Mapping[str, Board], number: int = 1) -> Version:
    """Of the text of a file called `name`; `number` becomes the configs' version. PlantError with all problems."""
    return _made(name, text, Document.parse(name, text), boards, number)


def _made(name: str, text: str, document: Document, boards: Mapping[str, Board], number: int) -> Version:
    plant = check(document, boards)
    try:
        return Version(name, text, plant, tuple(compile_plant(plant, boards, number)))
    except CompileError as error:
        problem = Problem((), name, f"the firmware would refuse what is made of it ({error})", "please report it")
        raise PlantError(name, [problem]) from error
