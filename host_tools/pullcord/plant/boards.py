"""Board profiles: what each pin of a board can do. The facts are data, in hardware/boards/."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from .document import Document
from .model import Name, Part, Pin
from .problems import PlantError, Problem

FOLDER = File(__file__).parents[3] / "hardware" / "boards"


class PinProfile(Part):
    """`reserved`, `strapping`: why. `adc_without_wifi`: analog only while Wi-Fi is off."""

    gpio: int = Field(ge=0, le=48)
    reserved: str = ""
    strapping: str = ""
    input_only: bool = False
    pulls: bool = True
    adc: bool = False
    adc_without_wifi: bool = False


class Board(Part):
    """`pins`: by the name printed on them. `usb`: vendor:product. `image`: the MicroPython port's board."""

    id: Name
    name: str
    chip: str
    flash_kb: int
    ram_kb: int
    network: list[Literal["wifi", "ethernet", "usb"]]
    usb: list[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]]
    image: str
    sources: list[str] = Field(min_length=1)
    pins: dict[Pin, PinProfile]


@dataclass(frozen=True)
class Wish:
    """What a station wants of a pin. `pull`: `up`, `down` or `none`."""

    output: bool
    pull: str = "none"


def load(folder: File = FOLDER) -> dict[str, Board]:
    """All profiles by id. Raises PlantError when one is not a profile."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        problem = Problem((), folder.name, "holds no board profiles", "work in a full clone")
        raise PlantError(str(folder), [problem])
    boards = [_read(file) for file in files]
    return {board.id: board for board in boards}


def objection(board: Board, pin: str, wish: Wish) -> tuple[str, str] | None:
    """What is wrong with that use of the pin and what would be right; None when nothing is."""
    profile = board.pins[pin]
    if profile.reserved:
        return f"is not free on {board.name}: it {profile.reserved}", _free(board.pins)
    if wish.output and profile.input_only:
        fitting = {name: other for name, other in board.pins.items() if not other.input_only}
        return f"is an input only on {board.name}", _free(fitting)
    if not wish.output and profile.strapping:
        wrong = f"decides how {board.name} starts ({profile.strapping}), and an input may hold it"
        return wrong, _free(board.pins)
    if wish.pull != "none" and not profile.pulls:
        return f"has no pull-{wish.pull} on {board.name}", "another pin, or pull: none and a resistor outside"
    return None


def _free(pins: Mapping[str, PinProfile]) -> str:
    names = [name for name, pin in pins.items() if not pin.reserved and not pin.strapping]
    return "one of " + ", ".join(names)


def _read(file: File) -> Board:
    document = Document.read(file)
    try:
        board = Board.model_validate(document.data)
    except ValidationError as error:
        problems = [
            Problem(found["loc"], found["input"], "does not fit", found["msg"], document.line(found["loc"]))
            for found in error.errors()
        ]
        raise PlantError(str(file), problems) from error
    if board.id != file.stem:
        problem = Problem(("id",), board.id, "is not the file's name", file.stem, document.line(("id",)))
        raise PlantError(str(file), [problem])
    return board
