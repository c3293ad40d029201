"""The USB of a virtual desk: boards come and go, and programs find them by a file instead of the system's list."""

import asyncio
import json
import os
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from pullcord.sim.usb_board import VirtualBoard

T = TypeVar("T")
DEADLINE_S = 60.0
VARIABLE = "PULLCORD_USB"


class VirtualUsb:
    """Boards below `folder`, in a thread of their own. `environment`: what a program needs to find these boards.

    listing: the file with what is on the bus now: `ports` in the words of pyserial, and `drives`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.listing = self.folder / "usb.json"
        self.boards: dict[str, VirtualBoard] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="virtual usb", daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        return {VARIABLE: str(self.listing)}

    def __enter__(self) -> "VirtualUsb":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        for board in self.boards.values():
            self.call(board.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_S)
        self._loop.close()

    def add(self, name: str, on: bool = True, **how: Any) -> VirtualBoard:
        """One more board; switched on when `on`. `how`: see VirtualBoard."""
        location = f"1-1.{len(self.boards) + 1}"
        board = self.call(self._make(name, dict(how, location=how.get("location", location))))
        self.boards[name] = board
        if on:
            board.power_on()
        return board

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this in the boards' thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(DEADLINE_S)

    async def _make(self, name: str, how: dict[str, Any]) -> VirtualBoard:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return VirtualBoard(name, folder, self.call, self._write, **how)

    def _write(self) -> None:
        """Whole or as it was before: it is read at any time."""
        boards = list(self.boards.values())
        ports = [_port(board) for board in boards if board.line.plugged]
        drives = [
            {"path": str(board.drive.folder), "location": board.location, "serial_number": board.serial_number}
            for board in boards
            if board.state == "uf2"
        ]
        beside = self.listing.with_name(self.listing.name + ".new")
        beside.write_text(json.dumps({"ports": ports, "drives": drives}, indent=1))
        os.replace(beside, self.listing)


def _port(board: VirtualBoard) -> dict[str, Any]:
    return {
        "device": board.path,
        "vid": board.kind.vid,
        "pid": board.kind.pid,
        "serial_number": board.serial_number,
        "location": board.location,
        "manufacturer": board.kind.manufacturer,
        "product": board.kind.product,
    }
