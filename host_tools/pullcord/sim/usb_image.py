"""The flash of a virtual USB board as a file, and what one does to its files while the board is off."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from pullcord.sim.runtime import Runtime

SCRIPT = Path(__file__).resolve().parent / "usb_files.py"
BLOCK = 4096
HEAP_KIB = 2048
DEADLINE_S = 30.0


class BoardFailed(Exception):
    """A board did not do what it should; the message ends with what its process said last."""


class FlashImage:
    """A littlefs of `size` bytes in `file`; `owner` is whose it is, for messages."""

    def __init__(self, file: Path, size: int, runtime: Runtime, owner: str) -> None:
        self._file, self._size, self._runtime, self._owner = file, size, runtime, owner

    @property
    def where(self) -> dict[str, Any]:
        """In the words of usb_side.py and usb_files.py."""
        return {"flash": str(self._file.absolute()), "size": self._size}

    def put(self, files: dict[str, bytes]) -> None:
        """By path; its folders are made."""
        with self._tree() as tree:
            for name, content in files.items():
                path = Path(tree, name.lstrip("/"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            self._do(put=str(Path(tree).absolute()))

    def files(self) -> dict[str, bytes]:
        """Content by path, such as "main.py"."""
        with self._tree() as tree:
            self._do(get=str(Path(tree).absolute()))
            found = sorted(path for path in Path(tree).rglob("*") if path.is_file())
            return {str(path.relative_to(tree)): path.read_bytes() for path in found}

    def fill(self, leave: int) -> None:
        """Until about `leave` bytes are free."""
        self._do(fill=leave)

    def damage(self) -> None:
        """Spoil both superblocks."""
        with self._file.open("r+b") as image:
            image.write(bytes([0x5A]) * 2 * BLOCK)

    def _tree(self) -> tempfile.TemporaryDirectory[str]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self._file.parent)

    def _do(self, **job: Any) -> None:
        """Run usb_files.py on it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [*self._runtime.with_heap(HEAP_KIB), str(SCRIPT)],
            input=json.dumps({**self.where, **job}) + "\n",
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )
        if done.returncode:
            raise BoardFailed(f"{self._owner}: its flash: {done.stdout}{done.stderr}")
