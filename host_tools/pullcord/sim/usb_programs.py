"""What runs on a virtual USB board, one after the other: boot.py, main.py, and what is typed at its terminal."""

from collections.abc import Callable

from pullcord.sim.board import Board, Message
from pullcord.sim.log import BoundedLog
from pullcord.sim.usb_line import UsbLine
from pullcord.sim.usb_process import UsbProcess
from pullcord.sim.usb_terminal import Terminal

SCRIPTS = ("boot.py", "main.py")
INTERRUPTED = "Traceback (most recent call last):\nKeyboardInterrupt: \n"


class Programs:
    """The terminal's Machine. `is_shaken`: it was interrupted, and its heap may be broken.

    begin_again: a soft reset was asked for; what is to run then is known here already.
    """

    def __init__(self, line: UsbLine, world: Board, log: BoundedLog, begin_again: Callable[[], None]) -> None:
        self._line, self._world, self._log, self._begin_again = line, world, log, begin_again
        self._terminal = Terminal(self, b"")
        self._process: UsbProcess | None = None
        self._boot: list[str] | None = None  # what is still to run of it; None: it is over
        self._runs = self._ended = 0
        self._order: Message = {}
        self.is_shaken = False

    # For the board

    def greet_with(self, banner: bytes) -> None:
        """It is another MicroPython from now on."""
        self._terminal = Terminal(self, banner)

    def process(self) -> UsbProcess:
        """A new one, for the next boot."""
        self._process = UsbProcess(self._printed, self._over, self._log)
        return self._process

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def power_up(self) -> None:
        """From nothing: the terminal, too."""
        self.boot()
        self._terminal.reset()

    def boot(self) -> None:
        self._boot = list(SCRIPTS)

    def go_on(self) -> None:
        """The process is there: what comes next."""
        if self._boot is None:
            return self._type_ahead()  # another process, at the same prompt
        if self._boot:
            self._start({"file": self._boot.pop(0)})
            return
        self._boot = None
        self._terminal.booted()
        self._type_ahead()

    def ask_again(self) -> None:
        """An order came torn. The process knows whether it has begun that."""
        self._world.ask({})
        self._world.ask(self._order)

    def interrupt_again(self) -> None:
        if self._terminal.running:
            self.interrupt()

    def interrupted(self) -> None:
        """The process ended of what an interrupt broke: a board would have said this, and be at its prompt."""
        if self._boot is None and self._terminal.running:
            self._terminal.finished(INTERRUPTED)
        elif self._boot is not None:
            self._printed(INTERRUPTED.encode())

    def typed(self, data: bytes) -> None:
        """Bytes from the host."""
        self._terminal.typed(data)

    # For the terminal

    def answer(self, data: bytes) -> None:
        self._line.say(data)

    def run(self, code: bytes, single: bool) -> None:
        self._start({"code": code.decode(errors="replace"), "single": single})

    def feed(self, data: bytes) -> None:
        if self._process:
            self._process.feed(data)

    def interrupt(self) -> None:
        """A board takes it between two of its steps, but the unix port anywhere: in the middle of a collection, too.

        A process that ends of that is replaced by another (`usb_board.AFRESH`).
        """
        if self._process:
            self.is_shaken = True
            self._process.drain()
            self._process.interrupt()

    def soft_reset(self, run_main: bool) -> None:
        self._boot = list(SCRIPTS if run_main else SCRIPTS[:1])
        self._begin_again()

    # Between the two

    def _start(self, what: Message) -> None:
        self._runs += 1
        self.is_shaken = False
        if self._process:
            self._process.expect()
        self._order = {"run": self._runs, **what}
        self._world.ask(self._order)

    def _over(self, run: int, error: str) -> None:
        if run != self._runs or run == self._ended:
            return  # a Ctrl-C that came late had it said twice
        self._ended = run
        if self._boot is None:
            self._terminal.finished(error)
            self._type_ahead()
        else:
            self._printed(error.encode())
            self.go_on()

    def _type_ahead(self) -> None:
        """What the program did not read is for the prompt."""
        if self._process:
            self._terminal.typed(self._process.drain())

    def _printed(self, data: bytes) -> None:
        """As a board does: each line ends with CR LF."""
        self._line.say(data.replace(b"\n", b"\r\n"))
