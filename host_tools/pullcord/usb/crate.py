"""Many boards at once. One that fails does not stop the others, and whatever happens each ends with an outcome."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from pullcord.usb.board import Found
from pullcord.usb.one_each import OneEach
from pullcord.usb.place import Place
from pullcord.usb.trouble import Trouble


@dataclass
class Outcome:
    """How it ended for one board. `did`: what was done; `trouble`: what is wrong and what to do, empty when it is well.

    sent: bytes that went to the board, an image not counted.
    """

    place: str
    uid: str = ""
    station: str = ""
    did: list[str] = field(default_factory=list)
    sent: int = 0
    image: int = 0
    trouble: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.trouble

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "good": self.is_good}


class Watcher(Protocol):
    """Hears how each board gets on; from any thread."""

    def step(self, place: Place, words: str, percent: int | None) -> None:
        """`percent`: of this step, where it is known."""

    def station(self, place: Place, name: str) -> None:
        """The station that it becomes."""

    def ended(self, place: Place, outcome: Outcome) -> None:
        """It is over for this board."""


class Tell(Protocol):
    """`percent`: of this step, where it is known."""

    def __call__(self, words: str, percent: int | None = None) -> None: ...


class Worker(Protocol):
    """What is done with one board. `tell(words, percent)` is called at each step; it raises when all is to end."""

    def wake(self, place: Place, outcome: Outcome, tell: Tell) -> Found:
        """Make it say who it is. Trouble."""

    def choose(self, place: Place, found: Found) -> str:
        """The station that it becomes; one board at a time, so that a person may be asked. Trouble."""

    def bring_up(self, place: Place, found: Found, station: str, outcome: Outcome, tell: Tell) -> None:
        """Make it that station. Trouble."""


class Crate:
    def __init__(self, worker: Worker, watcher: Watcher) -> None:
        self._worker, self._watcher = worker, watcher
        self._stations = OneEach()
        self._stopped = threading.Event()

    def work(self, places: Sequence[Place], at_once: int) -> list[Outcome]:
        """All of them; the outcomes in the order of `places`. Ctrl-C ends each board's work at its next step."""
        with ThreadPoolExecutor(min(at_once, max(1, len(places)))) as pool:
            try:
                return list(pool.map(self._one, places))
            except KeyboardInterrupt:
                self._stopped.set()
                raise

    def _one(self, place: Place) -> Outcome:
        outcome = Outcome(str(place))
        try:
            self._bring_up(place, outcome)
        except Trouble as trouble:
            outcome.trouble = list(trouble.lines)
        except Exception as error:  # noqa: BLE001  whatever it is, the other boards go on, and this one says it
            outcome.trouble = [
                f"{place}: an error that nobody expected: {type(error).__name__}: {error}",
                "Please report it, with this text. The other boards are not concerned.",
            ]
        self._watcher.ended(place, outcome)
        return outcome

    def _bring_up(self, place: Place, outcome: Outcome) -> None:
        def tell(words: str, percent: int | None = None) -> None:
            if self._stopped.is_set():
                raise Trouble(f"{place}: stopped by hand.", "Run it once more: it goes on where it was.")
            self._watcher.step(place, words, percent)

        tell("looking")
        found = self._worker.wake(place, outcome, tell)
        outcome.uid = found.uid
        tell("choosing its station")
        station = self._stations.take(place, lambda: self._worker.choose(place, found))
        outcome.station = station
        self._watcher.station(place, station)
        self._worker.bring_up(place, found, station, outcome, tell)
