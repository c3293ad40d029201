"""Which image is right for a board, or why one is not."""

from collections.abc import Iterable, Mapping

from pullcord.plant.boards import Board

from .recognise import Image

OLDEST = (1, 25)
ROOM_KB = 256  # what is left for files is no station's flash below this


def refusal(image: Image, board: Board) -> str:
    """Why this image is not for this board; empty when it is."""
    if image.chip != board.chip:
        return f"it is for the {image.chip}, and the {board.name} has the {board.chip}"
    if image.machine and image.machine != board.machine:
        return f"it is for {image.machine}, and this is {board.name}; it needs the image {board.image}"
    if image.numbers[:2] < OLDEST:
        return f"MicroPython {image.version} is too old: 1.25 or later"
    if image.size > (board.flash_kb - ROOM_KB) * 1024:
        return f"it is too large for {board.flash_kb} KB of flash"
    return ""


def best(images: Mapping[str, Image], board: Board) -> str | None:
    """The name of the newest release that fits; what is no release only when there is nothing else."""
    fitting = [name for name, image in images.items() if not refusal(image, board)]
    return max(fitting, key=lambda name: (_released(images[name]), images[name].numbers, name), default=None)


def boards(image: Image, profiles: Iterable[Board]) -> list[Board]:
    """Those that it is right for."""
    return [board for board in profiles if not refusal(image, board)]


def _released(image: Image) -> bool:
    return "preview" not in image.version
