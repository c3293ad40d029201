"""Reads a plant file and tells every problem in it at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File

from . import rules, shape
from .boards import Board
from .document import Document
from .model import Plant
from .problems import PlantError


def load(file: File, boards: Mapping[str, Board]) -> Plant:
    """Raises PlantError with all problems, each with its line."""
    return check(Document.read(file), boards)


def check(document: Document, boards: Mapping[str, Board]) -> Plant:
    """Raises PlantError with all problems, each with its line."""
    secrets = list(rules.secrets(document.data))
    said = {problem.path for problem in secrets}
    plant, problems = shape.check(document.data)
    problems = [*secrets, *(problem for problem in problems if problem.path not in said)]
    if plant is not None:
        problems += rules.check(plant, document.data, boards)
    if problems or plant is None:
        placed = [replace(problem, line=document.line(problem.path)) for problem in problems]
        raise PlantError(document.name, placed)
    return plant
