"""A serial port in an event loop: opened without resetting the board, by one program only."""

import asyncio
import contextlib
import os
import termios
from collections.abc import Callable

import serial

from pullcord.usb.ports import why_closed
from pullcord.usb.trouble import Trouble

BAUD = 115_200
UNSENT = 4096  # bytes; what a board does not take for so long is said again, or was not for it


class PortProblem(Trouble):
    """The port cannot be opened, or has gone."""


class SerialPort:
    """`stirred()` is called when something has arrived, or the port has gone: `take` tells which."""

    def __init__(self, device: str, stirred: Callable[[], None]) -> None:
        self._stirred = stirred
        self._arrived = bytearray()
        self._unsent = bytearray()
        self._gone = ""
        self._port = _open(device)
        self._fd: int = self._port.fileno()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._fd, self._read)

    def take(self) -> bytes:
        """What has arrived since, b"" when nothing has. PortProblem when the board was unplugged."""
        if self._gone and not self._arrived:
            raise PortProblem(self._gone)
        data = bytes(self._arrived)
        self._arrived.clear()
        return data

    def write(self, data: bytes) -> None:
        """Without waiting. What a board does not take is dropped beyond some kilobytes."""
        if len(self._unsent) + len(data) <= UNSENT:
            self._unsent += data
        if not self._gone:
            self._send()

    def close(self) -> None:
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)  # a board that does not read would hold up the closing
        with contextlib.suppress(OSError):
            self._port.close()

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error.strerror or str(error))
            return
        if data:
            self._arrived += data
            self._stirred()
        else:
            self._lose("unplugged")

    def _send(self) -> None:
        try:
            sent = os.write(self._fd, self._unsent) if self._unsent else 0
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._lose(error.strerror or str(error))
            return
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._fd, self._send)
        else:
            self._loop.remove_writer(self._fd)

    def _lose(self, why: str) -> None:
        self._gone = f"unplugged ({why})" if why != "unplugged" else why
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._stirred()


def _open(device: str) -> serial.Serial:
    port = serial.Serial(baudrate=BAUD, timeout=0, write_timeout=0, exclusive=True)
    port.port = device
    # Both lines set is what a board on a bridge (ESP32) takes for no reset, and what one with its own USB waits for.
    port.dtr = port.rts = True
    try:
        port.open()
    except OSError as error:
        raise PortProblem(*why_closed(device, error).lines) from error
    _leave_the_lines_alone(port.fileno())
    return port


def _leave_the_lines_alone(fd: int) -> None:
    """When the port is closed, too: otherwise the next program to open it would reset the board."""
    with contextlib.suppress(termios.error):
        settings = termios.tcgetattr(fd)
        settings[2] &= ~termios.HUPCL
        termios.tcsetattr(fd, termios.TCSANOW, settings)
