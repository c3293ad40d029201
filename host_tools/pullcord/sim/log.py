"""A station's log file, which never fills the disk."""

import asyncio
from pathlib import Path

LIMIT = 256 * 1024


class BoundedLog:
    """Appends to `path`; at LIMIT bytes what is there becomes `path`.1, in the place of the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def follow(self, stream: asyncio.StreamReader | None) -> None:
        """Write down what a process says, until it says no more."""
        while stream and (data := await stream.read(4096)):
            self.write(data)

    def write(self, data: bytes) -> None:
        if self.path.exists() and self.path.stat().st_size > LIMIT:
            self.path.replace(self.path.with_name(self.path.name + ".1"))
        with self.path.open("ab") as file:
            file.write(data)

    def tail(self, lines: int) -> str:
        if not self.path.exists():
            return "(nothing was said)"
        text = self.path.read_bytes()[-16384:].decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:]) or "(nothing was said)"
