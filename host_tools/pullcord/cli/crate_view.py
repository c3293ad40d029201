"""How the work at many boards is shown: a line a board at a terminal, a line a board's end elsewhere."""

import threading
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from pullcord.cli.visible import visible
from pullcord.usb.crate import Outcome
from pullcord.usb.place import Place


class CrateView:
    """A Watcher. It writes to standard error: what programs read is on standard output."""

    def __init__(self, places: Sequence[Place], console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.fields[place]}"),
            TextColumn("{task.fields[station]}", style="bold"),
            BarColumn(bar_width=20),
            TextColumn("{task.description}"),
        )
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._tasks: dict[Place, TaskID] = {
            place: self._progress.add_task("waiting", total=100, place=str(place), station="") for place in places
        }
        self._names: dict[Place, str] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "CrateView":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def step(self, place: Place, words: str, percent: int | None) -> None:
        self._progress.update(self._tasks[place], description=escape(visible(words)), completed=percent or 0)

    def station(self, place: Place, name: str) -> None:
        self._names[place] = name
        self._progress.update(self._tasks[place], station=escape(visible(name)))

    def ended(self, place: Place, outcome: Outcome) -> None:
        words = "[green]works[/green]" if outcome.is_good else f"[red]{escape(visible(outcome.trouble[0]))}[/red]"
        self._progress.update(self._tasks[place], description=words, completed=100 if outcome.is_good else 0)
        if not self._console.is_terminal:
            with self._lock:
                self._console.print(visible(_line(place, outcome)), soft_wrap=True, markup=False)

    def ask(self, question: Callable[[], str]) -> str:
        """Let a person answer, while nothing is drawn."""
        self._progress.stop()
        try:
            return question()
        finally:
            self._progress.start()


def _line(place: Place, outcome: Outcome) -> str:
    if outcome.is_good:
        return f"{place}: {outcome.station} works ({', '.join(outcome.did) or 'was up to date'})"
    return f"{place}: {outcome.station or 'no station'}: {outcome.trouble[0]}"
