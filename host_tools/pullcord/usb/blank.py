"""Which MicroPython image a board needs that cannot say yet what it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pullcord.images.fit import OLDEST
from pullcord.images.folder import ImageFolder, ImageProblem
from pullcord.images.recognise import Image
from pullcord.plant.boards import Board
from pullcord.usb.ports import Port
from pullcord.usb.trouble import Trouble


@dataclass(frozen=True)
class ImageChoice:
    """`images`: where they lie. `expected`: boards that may be there, by the plant file or by what a person said."""

    images: ImageFolder
    expected: tuple[Board, ...]

    def for_chip(self, where: str, chip: str) -> tuple[Path, Image]:
        """For a board in its UF2 bootloader, which knows its chip only. Trouble."""
        return self._one(where, chip, [board for board in self.expected if board.chip == chip])

    def for_bridge(self, port: Port) -> tuple[Path, Image]:
        """For a chip behind a serial bridge: what the plant has with such a bridge. Trouble."""
        fitting = [board for board in self.expected if board.chip.startswith("ESP") and _may_be(board, port)]
        return self._one(port.device, "a board without MicroPython", fitting)

    def for_board(self, where: str, board: Board) -> tuple[Path, Image]:
        """Trouble says which image to get."""
        return self._one(where, board.name, [board])

    def _one(self, where: str, what: str, fitting: Iterable[Board]) -> tuple[Path, Image]:
        by_image = {board.image: board for board in fitting}
        if not by_image:
            raise Trouble(
                f"{where}: {what}, and the plant file has no station with such a board.",
                "Say which board it is: --board NAME.",
            )
        if len(by_image) > 1:
            names = " or ".join(board.id for board in by_image.values())
            raise Trouble(f"{where}: {what}: is it {names}?", "Say which: --board NAME.")
        try:
            name, image = self.images.for_board(next(iter(by_image.values())))
        except ImageProblem as problem:
            raise Trouble(f"{where}: {problem}.") from problem
        return self.images.file(name), image


def expected(stations: Iterable[str], profiles: Mapping[str, Board]) -> tuple[Board, ...]:
    """The kinds of board that the stations are, each once. `stations`: ids of profiles."""
    return tuple(profiles[name] for name in dict.fromkeys(stations))


def is_too_old(micropython: str) -> bool:
    """Whether the firmware does not run on this version, such as "1.24.1"."""
    numbers = micropython.split("-")[0].split(".")[:2]
    return all(number.isdigit() for number in numbers) and tuple(map(int, numbers)) < OLDEST


def _may_be(board: Board, port: Port) -> bool:
    return not board.usb or not port.vid or port.usb_id in board.usb
