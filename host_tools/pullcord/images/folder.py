"""The folder of images. Beside them lies SHA256SUMS, so that `sha256sum -c` can say the same without Pullcord."""

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from pullcord.plant.boards import Board

from . import fit
from .recognise import Image, NotAnImage, recognise

SUMS = "SHA256SUMS"
SUFFIXES = (".uf2", ".bin")
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
_MOST_BYTES = 16 << 20


class ImageProblem(Exception):
    """Something about an image or the folder, in a sentence that says what to do."""


class ImageFolder:
    """Nothing is kept about an image but its sum: what it is for is read from itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._whole: dict[str, Image] | None = None

    def add(self, name: str, data: bytes, expected: str = "") -> str:
        """Take an image in; its name there. `expected`: its SHA-256 where somebody knows it. ImageProblem."""
        found = hashlib.sha256(data).hexdigest()
        if expected and found != expected.lower():
            raise ImageProblem(f"{name}: its SHA-256 is {found}, not {expected}: get it anew; it was not taken in")
        try:
            image = recognise(data)
        except NotAnImage as error:
            raise ImageProblem(f"{name}: {error}") from None
        name = Path(name).stem + "." + image.kind
        sums = self._sums()
        if sums.get(name, found) != found:
            raise ImageProblem(f"{name}: another image of this name is there already: rename this one")
        self._write(name, data)
        self._write(SUMS, _text({**sums, name: found}).encode())
        return name

    def images(self) -> dict[str, Image]:
        """Those that are whole, by name."""
        return {name: recognise(self._read(name)) for name, problem in self.verify().items() if not problem}

    def verify(self) -> dict[str, str]:
        """What is wrong with each image; empty: it is whole."""
        sums = self._sums()
        lying = {file.name for file in self.path.glob("*") if file.suffix in SUFFIXES}
        return {name: self._problem(name, sums.get(name)) for name in sorted(lying | set(sums))}

    def for_board(self, board: Board) -> tuple[str, Image]:
        """Name and image. ImageProblem says what is there, and which one to get."""
        with self._lock:  # once for a whole crate
            if self._whole is None:
                self._whole = self.images()
        images = self._whole
        name = fit.best(images, board)
        if name is None:
            raise ImageProblem(_none_fits(self.path, images, board))
        return name, images[name]

    def file(self, name: str) -> Path:
        return self.path / name

    def _problem(self, name: str, expected: str | None) -> str:
        if expected is None:
            return f"is not in {SUMS}: `pullcord image add {self.path / name}` takes it in"
        try:
            data = self._read(name)
        except FileNotFoundError:
            return f"is gone: add it again, or take its line out of {SUMS}"
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        if hashlib.sha256(data).hexdigest() != expected:
            return "is damaged (its SHA-256 is another one): remove it and add it again"
        try:
            recognise(data)
        except NotAnImage as error:
            return str(error)
        return ""

    def _sums(self) -> dict[str, str]:
        try:
            text = (self.path / SUMS).read_text()
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise ImageProblem(f"{self.path / SUMS}: cannot be read ({error})") from error
        lines = [_LINE.fullmatch(line) for line in text.splitlines() if line.strip()]
        if not all(lines):
            raise ImageProblem(f"{self.path / SUMS}: is not a list of sums; remove it and add the images again")
        return {line[2]: line[1] for line in lines if line}

    def _read(self, name: str) -> bytes:
        with self.file(name).open("rb") as file:
            return file.read(_MOST_BYTES)

    def _write(self, name: str, data: bytes) -> None:
        """Whole, or as it was before."""
        new = self.path / (name + ".new")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink()
            raise ImageProblem(f"{self.path / name}: cannot be written ({error.strerror})") from error


def _text(sums: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def _none_fits(folder: Path, images: Mapping[str, Image], board: Board) -> str:
    near = [f"{name} ({fit.refusal(image, board)})" for name, image in images.items() if image.chip == board.chip]
    there = f" Not right: {'; '.join(near)}." if near else ""
    return (
        f"no image for {board.name} in {folder}.{there} "
        f"With internet `pullcord image fetch {board.id}`; else bring {board.image} from micropython.org on a stick, "
        "and `pullcord image add FILE`"
    )
