"""MicroPython's terminal (REPL) as a board offers it over USB: friendly, raw, raw paste; bytes in, bytes out.

After MicroPython's shared/runtime/pyexec.c. What runs is not known here: `Machine` runs code and says when it is over.
"""

from enum import Enum
from typing import Protocol

CTRL_A, CTRL_B, CTRL_C, CTRL_D, CTRL_E = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
WINDOW = 128  # bytes that a host may send ahead in raw paste: half of a board's buffer
RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n"
PASTE_BANNER = b"\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== "
RAW_PASTE = b"\x05A"  # and then Ctrl-A


class Machine(Protocol):
    """What is behind the terminal."""

    def answer(self, data: bytes) -> None:
        """To the host, as it is."""

    def run(self, code: bytes, single: bool) -> None:
        """Start it; `Terminal.finished` follows. `single`: a line whose value is shown."""

    def feed(self, data: bytes) -> None:
        """To the standard input of what runs."""

    def interrupt(self) -> None:
        """KeyboardInterrupt in what runs."""

    def soft_reset(self, run_main: bool) -> None:
        """Begin anew; `Terminal.booted` follows."""


class Mode(Enum):
    FRIENDLY = "friendly"
    PASTE = "paste"
    RAW = "raw"
    RAW_PASTE = "raw paste"


class Terminal:
    """`banner`: what the friendly prompt begins with. While `running`, input goes to the program."""

    def __init__(self, machine: Machine, banner: bytes) -> None:
        self.mode = Mode.FRIENDLY
        self.running = True
        self._machine = machine
        self._banner = banner
        self._line = b""
        self._window = WINDOW

    def booted(self) -> None:
        """boot.py and main.py are over: the prompt."""
        self.running = False
        self._line = b""
        self._greet()

    def reset(self) -> None:
        """The board starts from nothing (power, hard reset): friendly again."""
        self.mode, self.running, self._line = Mode.FRIENDLY, True, b""

    def finished(self, error: str) -> None:
        """What was run is over; `error`: its traceback, "" when it ended well."""
        self.running = False
        told = error.replace("\n", "\r\n").encode()
        if self.mode in (Mode.RAW, Mode.RAW_PASTE):
            self.mode = Mode.RAW
            self._machine.answer(CTRL_D + told + CTRL_D + b">")
        else:
            self.mode = Mode.FRIENDLY
            self._machine.answer(told + b">>> ")

    def typed(self, data: bytes) -> None:
        """Bytes from the host."""
        while data:
            if self.running:
                self._to_the_program(data)
                return
            self._take(data[:1])
            data = data[1:]

    def _to_the_program(self, data: bytes) -> None:
        before, interrupt, after = data.rpartition(CTRL_C)
        if interrupt:
            self._machine.interrupt()  # and what came before it is forgotten, as a board does
        if interrupt or not before:
            self._machine.feed(after)

    def _take(self, byte: bytes) -> None:
        take = {
            Mode.FRIENDLY: self._friendly,
            Mode.PASTE: self._paste,
            Mode.RAW: self._raw,
            Mode.RAW_PASTE: self._raw_paste,
        }[self.mode]
        take(byte)

    def _friendly(self, byte: bytes) -> None:
        if byte == CTRL_A:
            self._enter(Mode.RAW)
        elif byte == CTRL_B:
            self._enter(Mode.FRIENDLY)
        elif byte == CTRL_C:
            self._line = b""
            self._machine.answer(b"\r\n>>> ")
        elif byte == CTRL_D and not self._line:
            self._machine.answer(b"\r\nMPY: soft reboot\r\n")
            self._soft_reset(run_main=True)
        elif byte == CTRL_E:
            self.mode, self._line = Mode.PASTE, b""
            self._machine.answer(PASTE_BANNER)
        elif byte in (b"\r", b"\n"):
            self._machine.answer(b"\r\n")
            if self._line.strip():
                self._run(single=True)
            else:
                self._line = b""
                self._machine.answer(b">>> ")
        elif byte in (b"\x08", b"\x7f"):
            self._line = self._line[:-1]
            self._machine.answer(b"\x08 \x08")
        else:
            self._line += byte
            self._machine.answer(byte)

    def _paste(self, byte: bytes) -> None:
        if byte == CTRL_C:
            self.mode, self._line = Mode.FRIENDLY, b""
            self._machine.answer(b"\r\n>>> ")
        elif byte == CTRL_D:
            self._machine.answer(b"\r\n")
            self._run()
        else:
            self._line += byte.replace(b"\r", b"\n")
            self._machine.answer(b"\r\n=== " if byte == b"\r" else byte)

    def _raw(self, byte: bytes) -> None:
        if byte == CTRL_A:
            if self._line == RAW_PASTE:
                self.mode, self._line, self._window = Mode.RAW_PASTE, b"", WINDOW
                self._machine.answer(b"R\x01" + WINDOW.to_bytes(2, "little") + b"\x01")
            else:
                self._enter(Mode.RAW)
        elif byte == CTRL_B:
            self._machine.answer(b"\r\n")
            self._enter(Mode.FRIENDLY)
        elif byte == CTRL_C:
            self._line = b""
        elif byte == CTRL_D:
            self._machine.answer(b"OK")
            if self._line:
                self._run()
            else:
                self._machine.answer(b"\r\nMPY: soft reboot\r\n")
                self._soft_reset(run_main=False)
        else:
            self._line += byte

    def _raw_paste(self, byte: bytes) -> None:
        if byte == CTRL_C:
            self._machine.answer(CTRL_D)
            self.finished("Traceback (most recent call last):\nKeyboardInterrupt: \n")
            self._line = b""
            return
        if byte == CTRL_D:
            self._machine.answer(CTRL_D)
            self._run()
            return
        self._line += byte
        self._window -= 1
        if not self._window:
            self._machine.answer(b"\x01")
            self._window = WINDOW

    def _run(self, single: bool = False) -> None:
        code, self._line = self._line, b""
        self.running = True
        self._machine.run(code, single)

    def _soft_reset(self, run_main: bool) -> None:
        self.running, self._line = True, b""
        self._machine.soft_reset(run_main)

    def _enter(self, mode: Mode) -> None:
        self.mode, self._line = mode, b""
        self._greet()

    def _greet(self) -> None:
        if self.mode == Mode.FRIENDLY:
            self._machine.answer(b"\r\n" + self._banner + b'\r\nType "help()" for more information.\r\n>>> ')
        else:
            self.mode = Mode.RAW
            self._machine.answer(RAW_BANNER + b">")
