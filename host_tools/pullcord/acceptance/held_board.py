"""A station at the cable that runs with its hands held (`station.acceptance`), and what its terminals say."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pullcord.usb.session import ANSWER, Session
from pullcord.usb.trouble import Trouble

START_S = 40.0
ANSWER_S = 10.0
POLL_S = 0.1
AWAKE_S = 3.0  # the board starts afresh when nobody asks for 15 s

Seen = tuple[str, Any]
"""(name, what): True and False of an input that moved, text of a fault or a card, "" when a fault is over."""


class HeldBoard:
    """`config`: the station's own; `wrong`: why it did not start with the newest one. Trouble from every method.

    `link`: how the way to the plant stood at the last look, None without one; `was_up`: there was a network meanwhile.
    """

    def __init__(self, session: Session) -> None:
        self.config: dict[str, Any] = {}
        self.wrong: list[str] = []
        self.link: dict[str, Any] | None = None
        self.next = self.through = 0
        self.was_up = False  # one that finds no broker lets go of its network between two tries
        self._session = session
        self._seen: list[Seen] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """From the raw prompt."""
        self.config = self._session.call("acceptance", function="config")
        self._session.start("acceptance()\n")
        ready = self._read(START_S)
        self.wrong = ready["wrong"]
        if not ready["ready"]:
            raise Trouble(f"{self._session.port.device}: the station cannot be checked:", *self.wrong)

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        with self._lock:
            self._session.write(json.dumps({"do": do, **what}).encode() + b"\n")
            answer = self._read(ANSWER_S)
        if "error" in answer:
            raise Trouble(f"{self._session.port.device}: the station could not do {do!r}: {answer['error']}")
        return answer

    def seen(self) -> list[Seen]:
        """What the terminals told since the last time."""
        self._look()
        with self._lock:
            seen, self._seen = self._seen, []
        return seen

    def wait(self, true: Callable[[], bool], deadline_s: float) -> bool:
        """Ask until it is so; False when it does not come about in that time."""
        until = time.monotonic() + deadline_s
        while not true():
            if time.monotonic() > until:
                return False
            time.sleep(POLL_S)
        return True

    @contextlib.contextmanager
    def kept_awake(self) -> Iterator[None]:
        """While a person thinks; what the terminals tell meanwhile is there afterwards."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep_awake, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def end(self) -> None:
        """It starts afresh, and works as always."""
        self._session.write(b'{"do":"end"}\n')

    def _keep_awake(self, over: threading.Event) -> None:
        while not over.wait(AWAKE_S):
            with contextlib.suppress(Trouble):  # whoever asks next is told
                self._look()

    def _look(self) -> None:
        told = self.ask("seen")
        with self._lock:
            self._seen += [(name, what) for name, what in told["seen"]]
            self.link, self.next, self.through = told["link"], told["next"], told["through"]
            self.was_up |= bool(self.link and (self.link["network"] or self.link["broker"]))

    def _read(self, deadline_s: float) -> dict[str, Any]:
        until = time.monotonic() + deadline_s
        while True:
            line = self._session.read_until(b"\n", max(0.0, until - time.monotonic()), "an answer of the station")
            if line.startswith(ANSWER.encode()):
                return json.loads(line[len(ANSWER) :])
            if line.startswith(b"\x04") or b"Traceback" in line:
                raise self._ended()

    def _ended(self) -> Trouble:
        device = self._session.port.device
        words = " ".join(self._session.read_some(1.0).decode(errors="replace").split())
        if "ImportError" in words:
            return Trouble(f"{device}: no firmware that can be checked lies there.", "Bring it there: pullcord deploy.")
        return Trouble(f"{device}: the station ended: {words[-200:]}", "Run this once more; if it stays so, report it.")
