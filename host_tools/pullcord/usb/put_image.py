"""MicroPython onto a board that has none, or one that is too old."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

from pullcord.images.recognise import Image
from pullcord.usb import esptool
from pullcord.usb.place import Place
from pullcord.usb.ports import Drive, Port
from pullcord.usb.session import Session
from pullcord.usb.trouble import BoardGone, Trouble

CHUNK = 64 * 1024
VANISH_S = 20.0
RETURN_S = 30.0
AGAIN = "Plug it in again and run this once more: half an image does not start, and the board waits as a drive."
Percent = Callable[[int], None]


def by_drive(drive: Drive, place: Place, file: Path, progress: Percent) -> Port:
    """Copy a .uf2 and wait until the board is back with it. Trouble."""
    try:
        _copy(file, drive.path / file.name, progress)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Trouble(f"{drive.path}: the image does not fit onto this drive.", "Is it a board's drive?") from error
        if drive.path.exists():
            raise Trouble(f"{drive.path}: cannot be written ({error.strerror}).", AGAIN) from error
        # it leaves as soon as it has the last block, which may be before the file is closed
    until = time.monotonic() + VANISH_S
    while drive.path.exists() and place.port() is None:
        if time.monotonic() > until:
            raise Trouble(
                f"{drive.path}: the board did not take the image {file.name}.",
                "It is for another chip, or was damaged on its way: `pullcord image verify`, then run this once more.",
            )
        time.sleep(0.05)
    return _back(place)


def by_esptool(port: Port, place: Place, file: Path, image: Image, progress: Percent, erase: bool = False) -> Port:
    """Let esptool write a .bin, and wait for MicroPython. Trouble."""
    try:
        esptool.write(port.device, file, image, progress, erase=erase)
    except esptool.ImageFailed as error:
        raise Trouble(f"{port.device}: {error}.") from error
    return _back(place)


def into_bootloader(session: Session, place: Place) -> Drive:
    """A board that runs MicroPython becomes a drive; what its flash holds for files stays. Trouble."""
    try:
        session.start("import machine\nmachine.bootloader()\n")
        session.finish(1.0)
    except (BoardGone, Trouble):
        pass  # it has left, which is what it was asked for; otherwise no drive comes
    session.close()
    return place.wait_drive(RETURN_S)


def _back(place: Place) -> Port:
    try:
        return place.wait_port(RETURN_S)
    except BoardGone as gone:
        raise Trouble(f"{place}: the board did not come back with MicroPython.", AGAIN) from gone


def _copy(source: Path, target: Path, progress: Percent) -> None:
    total, done = source.stat().st_size, 0
    with source.open("rb") as reading, target.open("wb", buffering=0) as writing:
        while chunk := reading.read(CHUNK):
            writing.write(chunk)
            os.fsync(writing.fileno())
            done += len(chunk)
            progress(done * 100 // total)
