"""The catalogue of parts, and which of them each reference station takes. Data: hardware/."""

from pathlib import Path as File
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from pullcord.plant.document import Document
from pullcord.plant.names import Name, Part
from pullcord.plant.problems import PlantError, Problem

FOLDER = File(__file__).parents[3] / "hardware"


class Item(Part):
    """Something to buy. `draws`, `gives`: mA by rail; `from`: the rail that a converter takes what it gives from.

    `carries`: mA of a fuse.
    """

    maker: str
    number: str
    what: str
    rating: str
    draws: dict[str, int] = {}
    gives: dict[str, int] = {}
    source_rail: str = Field("", alias="from")
    carries: int = 0
    efficiency: float = Field(1.0, gt=0, le=1)


class Choice(Part):
    """What something of a station is bought as, and the length of its cable in metres."""

    part: str
    cable_m: float = Field(gt=0)


class StationParts(Part):
    """What the plant file does not say of a station. `poe`: the switch that powers its board."""

    title: str
    about: str
    supply: str
    fuse: str
    light: Choice
    poe: str = ""
    inputs: dict[Name, Choice] = {}
    readers: dict[Name, Choice] = {}


def catalogue(file: File = FOLDER / "parts.yaml") -> dict[str, Item]:
    """Raises PlantError with every problem of the file."""
    return _read(file, TypeAdapter(dict[str, Item]))


def choices(file: File = FOLDER / "reference" / "parts.yaml") -> dict[str, StationParts]:
    """Raises PlantError with every problem of the file."""
    return _read(file, TypeAdapter(dict[str, StationParts]))


def _read(file: File, kind: TypeAdapter[Any]) -> Any:
    document = Document.read(file)
    try:
        return kind.validate_python(document.data)
    except ValidationError as error:
        problems = [
            Problem(found["loc"], found["input"], "does not fit", found["msg"], document.line(found["loc"]))
            for found in error.errors()
        ]
        raise PlantError(str(file), problems) from error
