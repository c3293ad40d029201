"""One serial session for one job at one board: its program is interrupted, ours runs, and every wait has a deadline.

    with Session(port) as session:
        session.enter()
        found = session.call("who")

Opening turns DTR and RTS on, as the system does anyway: no board resets by both, and an RP2 says nothing without.
They stay so when the port is closed, because boards with a bridge chip would reset by that.
"""

import ast
import contextlib
import json
import termios
import time
from typing import Any

import serial

from pullcord.usb import snippets
from pullcord.usb.ports import Port, why_closed
from pullcord.usb.trouble import BoardError, BoardGone, Trouble

BAUD = 115200
OPEN_S = 3.0  # somebody else may be about to close it
PROMPT_S = 2.0
TRIES = 5
ANSWER_S = 10.0
WINDOW_S = 3.0
RESET_S = 5.0
# to a board this looks like a crash, and three of them mean safe mode: somebody is there, so none of them counts
RESET = """import machine,os
for name in ("/crashes.old", "/crashes"):
 try:
  os.remove(name)
 except OSError:
  pass
machine.reset()
"""
SILENCE_S = 0.1
RAW = b"raw REPL; CTRL-B to exit\r\n>"
ANSWER = "="
NOBODY = "Is another program at work in it? Press its reset button or plug it in again, then run this once more."


class Session:
    """Raises Trouble from every method; BoardGone when it left the bus, BoardError when its own program raised."""

    def __init__(self, port: Port, baud: int = BAUD) -> None:
        self.port = port
        self._baud = baud
        self._serial: serial.Serial | None = None
        self._rest = b""
        self._known: set[str] = set()

    def __enter__(self) -> "Session":
        self.open()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def open(self, deadline_s: float = OPEN_S) -> None:
        """Take the port for this program alone."""
        until = time.monotonic() + deadline_s
        while True:
            try:
                self._serial = serial.Serial(
                    self.port.device, self._baud, timeout=0, write_timeout=ANSWER_S, exclusive=True
                )
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise why_closed(self.port.device, error, self.port) from error
                time.sleep(0.1)
        self._stay_calm()
        self._rest, self._known = b"", set()

    def close(self) -> None:
        if self._serial:
            with contextlib.suppress(OSError):
                self._serial.close()
            self._serial = None

    # Bytes

    def write(self, data: bytes) -> None:
        try:
            self._opened().write(data)
        except (OSError, serial.SerialTimeoutException) as error:
            raise self._gone() from error

    def read_some(self, deadline_s: float) -> bytes:
        """What has come, as soon as something has; b"" when nothing did in that time."""
        if self._rest:
            data, self._rest = self._rest, b""
            return data
        port = self._opened()
        try:
            port.timeout = deadline_s
            data = port.read(1)
            return data + port.read(port.in_waiting) if data else b""
        except (OSError, TypeError) as error:  # pyserial reads from a port that is gone as from None
            raise self._gone() from error

    def put_back(self, data: bytes) -> None:
        """What was read too far."""
        self._rest = data + self._rest

    def read_until(self, ending: bytes, deadline_s: float, what: str) -> bytes:
        """All up to and with `ending`. Trouble says what did not come."""
        data, until = b"", time.monotonic() + deadline_s
        while ending not in data:
            left = until - time.monotonic()
            if left <= 0:
                raise Trouble(f"{self.port.device}: {what} did not come within {deadline_s:g} s.", NOBODY)
            data += self.read_some(left)
        found, _, self._rest = data.partition(ending)
        return found + ending

    # The prompt

    def enter(self, fresh: bool = False) -> None:
        """Interrupt what runs, and get the raw prompt. `fresh`: a soft reset on the way, for an empty heap.

        A running station lets its permit go on as it is: ask first (`usb.asking`) whether it may be stopped.
        """
        for attempt in range(TRIES):
            self.write(b"\r\x03" if not attempt else b"\x03\x03\x02\r\x03")
            self._quiet()
            self.write(b"\r\x01")
            with contextlib.suppress(_NotYet):
                self._raw_prompt()
                break
        else:
            raise Trouble(f"{self.port.device}: no MicroPython prompt comes.", NOBODY)
        self._known = set()
        if fresh:
            self.write(b"\x04")
            self.read_until(b"soft reboot\r\n", ANSWER_S, "the soft reset")
            self.read_until(RAW, ANSWER_S, "the prompt after a soft reset")

    def leave(self) -> None:
        """Back to the friendly prompt; nothing runs."""
        self.write(b"\r\x02")

    def reset(self) -> None:
        """A hard reset, as the button does; it starts what its flash holds. The session is over."""
        with contextlib.suppress(BoardGone):
            self._paste(RESET.encode())
            # until it leaves the bus, or, behind a bridge chip, until it says something
            self.read_some(RESET_S)
        self.close()

    # Programs

    def exec(self, code: str, deadline_s: float = ANSWER_S) -> str:
        """Run code; what it printed. BoardError with its last words when it raised."""
        self.start(code)
        return self.finish(deadline_s)

    def start(self, code: str) -> None:
        """Begin to run code that talks with us while it runs: then `finish`."""
        self._paste(code.encode())

    def finish(self, deadline_s: float = ANSWER_S) -> str:
        """The rest of what it prints, when it has ended."""
        said = self.read_until(b"\x04", deadline_s, "the end of a program")[:-1]
        error = self.read_until(b"\x04", ANSWER_S, "the end of a program")[:-1]
        self.read_until(b">", ANSWER_S, "the prompt")
        if error:
            words = error.decode(errors="replace").strip().replace("\r\n", "\n").split("\n")
            raise BoardError(f"{self.port.device}: the board's program failed: {words[-1]}", *words[-4:-1])
        return said.decode(errors="replace").replace("\r\n", "\n")

    def use(self, name: str) -> None:
        """Bring on_board/NAME.py onto the board's heap, once a session."""
        if name not in self._known:
            self.exec(snippets.text(name))
            self._known.add(name)

    def call(self, name: str, *arguments: Any, function: str = "", deadline_s: float = ANSWER_S) -> Any:
        """What the function NAME of on_board/NAME.py returns; plain values, by way of JSON."""
        self.use(name)
        return self.answer(self.exec(calling(function or name, arguments), deadline_s))

    @staticmethod
    def answer(said: str) -> Any:
        """The value in the line that begins with `=`; other lines are prints of whoever was there before."""
        lines = [line for line in said.split("\n") if line.startswith(ANSWER)]
        if not lines:
            raise Trouble("the board's program ended without an answer: " + said[-200:])
        return json.loads(lines[-1][len(ANSWER) :])

    def _paste(self, code: bytes) -> None:
        """Raw paste: the board says how much it can take."""
        self.write(b"\x05A\x01")
        head = self._exactly(2)
        if head != b"R\x01":
            raise Trouble(f"{self.port.device}: this MicroPython knows no raw paste: it is older than 1.14.")
        window = int.from_bytes(self._exactly(2), "little")
        room, at = 0, 0
        while at < len(code):
            room += window * self._window_opens(WINDOW_S if room == 0 else 0)
            piece = code[at : at + room]
            self.write(piece)
            at, room = at + len(piece), room - len(piece)
        self.write(b"\x04")
        self.read_until(b"\x04", ANSWER_S, "the end of the paste")

    def _window_opens(self, deadline_s: float) -> int:
        said = self.read_some(deadline_s) if deadline_s or self._opened().in_waiting or self._rest else b""
        if b"\x04" in said:
            self.write(b"\x04")
            raise Trouble(f"{self.port.device}: the board gave up reading a program: is its memory full?", NOBODY)
        if deadline_s and not said:
            raise Trouble(f"{self.port.device}: the board stopped reading.", NOBODY)
        return said.count(b"\x01")

    def _exactly(self, count: int) -> bytes:
        data, until = b"", time.monotonic() + ANSWER_S
        while len(data) < count:
            if time.monotonic() > until:
                raise Trouble(f"{self.port.device}: the prompt does not answer.", NOBODY)
            data += self.read_some(0.5)
        data, self._rest = data[:count], data[count:] + self._rest
        return data

    def _raw_prompt(self) -> None:
        try:
            self.read_until(RAW, PROMPT_S, "the raw prompt")
        except BoardGone:
            raise
        except Trouble as error:
            raise _NotYet from error

    def _quiet(self) -> None:
        """Read until nothing comes for a moment: what is still told of the interrupted program."""
        until = time.monotonic() + PROMPT_S
        while time.monotonic() < until and self.read_some(SILENCE_S):
            pass

    def _stay_calm(self) -> None:
        """Closing must not let DTR and RTS go: that resets boards with a bridge chip."""
        port = self._opened()
        with contextlib.suppress(termios.error):
            settings = termios.tcgetattr(port.fd)
            settings[2] &= ~termios.HUPCL
            termios.tcsetattr(port.fd, termios.TCSANOW, settings)

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise BoardGone(f"{self.port.device}: the port is not open.")
        return self._serial

    def _gone(self) -> BoardGone:
        return BoardGone(
            f"{self.port.device}: the board has gone from USB in the middle of the work.",
            "Plug it in again, then run this once more: it goes on where it was.",
        )


class _NotYet(Exception):
    pass


def calling(function: str, arguments: tuple[Any, ...]) -> str:
    """The line that prints what a function returns."""
    values = ",".join(repr(argument) for argument in arguments)
    ast.literal_eval(f"[{values}]")  # nothing but plain values goes to a board
    return f"import json\nprint({ANSWER!r}+json.dumps({function}({values})))\n"
