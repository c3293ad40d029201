"""What a scenario came to, observed from outside the stations: hands, pins, rows, and a client of the board.

docs/contributors/testing.md says how each figure is found.
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pullcord.sim.scenario import Scenario
from pullcord.sim.stimuli import Stimulus, lost_and_doubled, percentiles
from pullcord.sim.virtual_line import VirtualLine

State = Callable[[str], dict[str, Any] | None]


def report(
    line: VirtualLine, database: Path, broker: str, scenario: Scenario, state: State
) -> dict[str, Any]:
    """The report of `pullcord run --for`; `state(path)` is what a station last said of itself."""
    stimuli, events = scenario.stimuli, recorded(database)
    lost, doubled = lost_and_doubled(stimuli, events)
    types = [event["type"] for event in events]
    states = [state(path) for path in line.stations]
    return {
        "runtime": str(line.runtime),
        "broker": broker,
        "stations": len(line.stations),
        "stimuli": len(stimuli),
        "unconfirmed": [list(s.key) for s in stimuli if s.confirmed_at is None],
        "events_sent": sum(said["journal"]["next"] - 1 for said in states if said),
        "events_recorded": len(events),
        "lost": lost,
        "duplicates": doubled,
        "calls": types.count("pullcord.andon.called.v1"),
        "stops": types.count("pullcord.andon.stopped.v1"),
        "signals": types.count("pullcord.kanban.tapped.v1"),
        "press_to_lamp_ms": _answered(stimuli, "andon.called"),
        "tap_to_answer_ms": _answered(stimuli, "kanban.tapped"),
        "press_to_board_ms": percentiles(
            s.on_board_at - s.at for s in stimuli if s.on_board_at and s.connected
        ),
        "failures": scenario.failures,
    }


def is_good(figures: dict[str, Any]) -> bool:
    """Nothing lost, nothing doubled, every pull and tap answered at the station, and all came about."""
    return not (figures["lost"] or figures["duplicates"] or figures["unconfirmed"] or figures["failures"])


def recorded(database: Path) -> list[dict[str, Any]]:
    """The bodies of all recorded events, read from the file itself."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [
            json.loads(body) for (body,) in connection.execute("SELECT body FROM events ORDER BY position")
        ]


def newest(database: Path, journal: str) -> int:
    """The highest recorded sequence of a journal, 0 without any."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        query = "SELECT COALESCE(MAX(sequence), 0) FROM events WHERE journal = ?"
        return int(connection.execute(query, [journal]).fetchone()[0])


def _answered(stimuli: list[Stimulus], type: str) -> dict[str, float | None]:
    return percentiles(s.confirmed_at - s.at for s in stimuli if s.key.type == type and s.confirmed_at)
