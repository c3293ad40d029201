"""What was done at the pins, what the lamp and the buzzer answered, and what the record made of it.

Everything is observed from outside: presses by the hand that made them, answers as pin levels, records as
rows. A stimulus that was confirmed and has no row is lost; rows beyond one a stimulus are doubles, whatever
their ids.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pullcord.sim.process import Message

CONFIRM_S = 3.0


class Key(NamedTuple):
    """What a row of this stimulus looks like: station path, event type (short), and which input or card."""

    station: str
    type: str
    what: str


@dataclass
class Stimulus:
    """`at`: when the contact was made or the card laid down (monotonic s). `category`: what is called."""

    key: Key
    at: float
    connected: bool
    category: str = ""
    confirmed_at: float | None = None
    on_board_at: float | None = None


class Watch:
    """Waits for the answer to one stimulus; `answers(message)`: does this message of the board confirm it?"""

    def __init__(self, stimulus: Stimulus, answers: Callable[[Message], bool]) -> None:
        self.stimulus = stimulus
        self._answers = answers

    def __call__(self, at: float, message: Message) -> None:
        stimulus = self.stimulus
        late = at - stimulus.at > CONFIRM_S
        if stimulus.confirmed_at is None and not late and at > stimulus.at and self._answers(message):
            stimulus.confirmed_at = at


def row_key(event: dict[str, Any]) -> Key:
    """The key of a recorded event (the body as sent)."""
    data, type = event["data"], event["type"].removeprefix("pullcord.").removesuffix(".v1")
    what = {
        "andon.called": lambda: data["input"],
        "kanban.tapped": lambda: data["card"],
        "kanban.refused": lambda: data["card"],
        "andon.restarted": lambda: "",
        "cycle.completed": lambda: "",
    }.get(type, lambda: data.get("category", ""))()
    return Key(event["source"].lstrip("/"), type, what)


def lost_and_doubled(stimuli: Iterable[Stimulus], events: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """(confirmed stimuli without a row, rows beyond one a stimulus), over the keys that were stimulated."""
    done, confirmed = Counter[Key](), Counter[Key]()
    for stimulus in stimuli:
        done[stimulus.key] += 1
        confirmed[stimulus.key] += stimulus.confirmed_at is not None
    rows = Counter(row_key(event) for event in events)
    # a row of a kind that hands cause, with no hand behind it, is a double too: nobody pulled there
    for key in rows:
        if key.type in ("andon.called", "kanban.tapped") and key not in done and key.what:
            done[key] = 0
    lost = sum(max(0, confirmed[key] - rows[key]) for key in done)
    doubled = sum(max(0, rows[key] - count) for key, count in done.items())
    return lost, doubled


def percentiles(seconds: Iterable[float]) -> dict[str, float | None]:
    """{"p50", "p99"} in milliseconds, nearest rank; None without a sample."""
    ordered = sorted(seconds)
    if not ordered:
        return {"p50": None, "p99": None}

    def rank(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {"p50": rank(0.5), "p99": rank(0.99)}
