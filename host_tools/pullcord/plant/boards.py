"""Board profiles: what each pin of a board can do. The facts are data, in hardware/boards/."""

from pathlib import Path as File
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from .document import Document
from .names import Name, Part, Pin
from .problems import PlantError, Problem

_INSTALLED = File(__file__).parent / "profiles"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else File(__file__).parents[3] / "hardware" / "boards"

Bus = Annotated[str, StringConstraints(pattern=r"^(spi|i2c|uart)[0-9]$")]
_SIGNAL = r"^(spi[0-9]\.(sck|mosi|miso)|i2c[0-9]\.(sda|scl)|uart[0-9]\.(tx|rx))$"
Signal = Annotated[str, StringConstraints(pattern=_SIGNAL)]


class PinProfile(Part):
    """`reserved`, `strapping`: why. `adc_without_wifi`: analog only while Wi-Fi is off.

    `pulls`: resistors in the chip. `at_reset`: `up` when the chip pulls it up in reset. `carries`: signals of buses,
    such as spi0.sck, that not every pin can have.
    """

    gpio: int = Field(ge=0, le=48)
    reserved: str = ""
    strapping: str = ""
    input_only: bool = False
    pulls: list[Literal["up", "down"]] = ["up", "down"]
    at_reset: Literal["", "up"] = ""
    adc: bool = False
    adc_without_wifi: bool = False
    carries: list[Signal] = []


class Ethernet(Part):
    """How MicroPython is told of it: a class of `network`, its pins (GPIO) and options.

    `constants`: options whose value is a constant of `network` or `machine.Pin`, by its name.
    """

    interface: Literal["LAN", "WIZNET5K"]
    pins: dict[str, int] = {}
    options: dict[str, int] = {}
    constants: dict[str, str] = {}


class Board(Part):
    """`pins`: by the name printed on them. `usb`: vendor:product. `image`: the MicroPython port's board.

    `machine`: what MicroPython says of the board it is on. `any_pin`: buses that any pin can carry. `cannot`: what no
    pin can be trusted with, and why. `power`: names of the power pins, and what they are.
    """

    id: Name
    name: str
    chip: str
    flash_kb: int
    ram_kb: int
    network: list[Literal["wifi", "ethernet", "usb"]]
    usb: list[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]]
    image: str
    machine: str = Field(min_length=1)
    power: dict[str, str]
    any_pin: list[Bus] = []
    cannot: dict[str, str] = {}
    ethernet: Ethernet | None = None
    sources: list[str] = Field(min_length=1)
    pins: dict[Pin, PinProfile]


def load(folder: File = FOLDER) -> dict[str, Board]:
    """All profiles by id. Raises PlantError when one is not a profile."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        problem = Problem((), folder.name, "holds no board profiles", "work in a full clone")
        raise PlantError(str(folder), [problem])
    boards = [_read(file) for file in files]
    return {board.id: board for board in boards}


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
