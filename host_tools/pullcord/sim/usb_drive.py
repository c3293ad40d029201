"""The drive of a board's UF2 bootloader: a folder that appears, takes one image, and vanishes."""

import asyncio
import contextlib
import shutil
import struct
from pathlib import Path

BLOCK = 512
MAGIC = (0x0A324655, 0x9E5D5157)
LOOK_S = 0.02


class UsbDrive:
    """`written(image)` is the payload of a whole image for this family, in the order of its blocks."""

    def __init__(self, folder: Path, model: str, family: int) -> None:
        self.folder, self._model, self._family = folder, model, family
        self.begun = False  # something was written: what was in the flash before is gone

    def appear(self) -> None:
        self.begun = False
        self.folder.mkdir(exist_ok=True)
        (self.folder / "INFO_UF2.TXT").write_text(
            f"UF2 Bootloader v3.0\nModel: {self._model}\nBoard-ID: {self.folder.name}\n"
        )
        (self.folder / "INDEX.HTM").write_text("<html></html>\n")

    def vanish(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    async def image(self) -> bytes:
        """Wait for a whole image; one for another family is not taken."""
        while True:
            if (image := self.look()) is not None:
                return image
            await asyncio.sleep(LOOK_S)

    def look(self) -> bytes | None:
        """The image, when it is whole."""
        for file in self.folder.glob("*.[uU][fF]2"):
            with contextlib.suppress(OSError):
                if (image := self._whole(file.read_bytes())) is not None:
                    return image
        return None

    def _whole(self, data: bytes) -> bytes | None:
        blocks: dict[int, bytes] = {}
        count = 0
        for at in range(0, len(data) - BLOCK + 1, BLOCK):
            first, second, _, _, size, number, count, family = struct.unpack_from("<8I", data, at)
            if (first, second) != MAGIC or family != self._family or size > 476:
                continue
            self.begun = True
            blocks[number] = data[at + 32 : at + 32 + size]
        if not blocks or len(blocks) < count:
            return None
        return b"".join(blocks[number] for number in sorted(blocks))
