"""One entry of the log, as the fold sees it. Moments are UTC milliseconds since 1970."""

from typing import Any, NamedTuple

PLACED = "events.placed"


class Entry(NamedTuple):
    """An event of a station, or a plant event (`station` is empty): a decision, a timer, a notice.

    `kind` has neither prefix nor version: `andon.called`. `at` is when it happened, `received_at` when the plant
    heard of it. A `loose` entry's clock was unset: its `at` is that of its receipt until an `events.placed` of its
    `journal` and `boot` says better. A `doubted` one claimed to be of the future, and its `at` is that of its
    receipt for good. `by`: who did it, as far as the event says.
    """

    position: int
    id: str
    kind: str
    station: str
    at: int
    received_at: int
    data: dict[str, Any]
    by: str = ""
    loose: bool = False
    doubted: bool = False
    test: bool = False
    journal: str = ""
    sequence: int = 0
    boot: int = 0
    uptime: int = 0

    @property
    def order(self) -> tuple[int, str, int]:
        """What came first: by time, then journal, then sequence."""
        return self.at, self.journal, self.sequence


def moment(sent_ms: int | None, received_at: int, error_ms: int | None) -> tuple[int, bool]:
    """When an event happened, and whether its own time was not believed.

    A time later than the receipt by more than the bound of its error is replaced by the time of receipt.
    """
    if sent_ms is None:
        return received_at, False
    if sent_ms > received_at + (error_ms or 0):
        return received_at, True
    return sent_ms, False
