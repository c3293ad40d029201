"""What a MicroPython image is for, by what stands in it: the name of the file says nothing that counts."""

import re
from dataclasses import dataclass

from . import esp, uf2

# What MicroPython says at its prompt; the strings lie in the image as they are.
_VERSION = re.compile(rb"MicroPython v([0-9]+\.[0-9]+(?:\.[0-9]+)?[-+.\w]*) on 20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MACHINE = re.compile(rb"(?:; |\0)([A-Za-z0-9][ -~]{2,79}) with (?:RP2|ESP)[-\w]+[\r\0]")


@dataclass(frozen=True)
class Image:
    """`machine`: what it says of the board it runs on, up to " with ". `offset`: where esptool writes it."""

    chip: str
    machine: str
    version: str
    kind: str
    size: int
    offset: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the version: (1, 25, 0)."""
        return tuple(int(part) for part in re.findall(r"[0-9]+", self.version.partition("-")[0].partition("+")[0]))


class NotAnImage(Exception):
    """Says why, in words that follow the file's name."""


def recognise(data: bytes) -> Image:
    """Raises NotAnImage."""
    try:
        if data.startswith(uf2.MAGIC):
            return _from_uf2(data)
        if data.startswith(esp.MAGIC):
            chip = esp.parse(data)
            return _image(chip.name, data, "bin", len(data), chip.offset)
    except ValueError as error:
        raise NotAnImage(str(error)) from None
    raise NotAnImage("is neither UF2 (for RP2 boards) nor an image of Espressif: take the .uf2 or .bin of MicroPython")


def _from_uf2(data: bytes) -> Image:
    family, content = uf2.parse(data)
    chip = uf2.CHIPS.get(family)
    if chip is None:
        raise ValueError(f"it is for a chip that Pullcord does not know (UF2 family {family:#010x})")
    return _image(chip, content, "uf2", len(content), 0)


def _image(chip: str, content: bytes, kind: str, size: int, offset: int) -> Image:
    version = _VERSION.search(content)
    if version is None:
        raise ValueError("it is for the right kind of chip, but it is not MicroPython")
    machine = _MACHINE.search(content)
    name = machine[1].decode().partition(" with ")[0] if machine else ""
    return Image(chip, name, version[1].decode(), kind, size, offset)
