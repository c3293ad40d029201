"""The report's figures, from a record and from stimuli as they may be."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from pullcord.sim.report import is_good, recorded, report
from pullcord.sim.stimuli import Key, Stimulus
from tests.host_tools.sim.fake_station import PATH


@pytest.fixture
def database(tmp_path):
    """One call, one stop, one tap, in the order of their position."""
    with closing(sqlite3.connect(tmp_path / "line.db")) as connection, connection:
        connection.execute("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)")
        rows = [
            (2, "andon.stopped", {"category": "quality"}),
            (1, "andon.called", {"input": "cord-1"}),
            (3, "kanban.tapped", {"card": "04a1"}),
        ]
        for position, type, data in rows:
            body = {"source": "/" + PATH, "type": f"pullcord.{type}.v1", "data": data}
            connection.execute("INSERT INTO events VALUES (?, ?)", [position, json.dumps(body).encode()])
    return tmp_path / "line.db"


def figures(database, stimuli, failures=()):
    line = SimpleNamespace(runtime="micropython 1.25.0 (32-bit)", stations={PATH: None})
    scenario = SimpleNamespace(stimuli=stimuli, failures=list(failures))
    return report(line, database, "Mosquitto", scenario, lambda path: {"journal": {"next": 4}})


PULL = Stimulus(Key(PATH, "andon.called", "cord-1"), 10.0, True, "quality", 10.024, 10.05)
TAP = Stimulus(Key(PATH, "kanban.tapped", "04a1"), 20.0, True, "", 20.12)


def test_events_are_read_in_the_order_in_which_they_were_committed(database):
    assert [event["type"].split(".")[2] for event in recorded(database)] == ["called", "stopped", "tapped"]


def test_pulls_and_taps_have_figures_of_their_own(database):
    made = figures(database, [PULL, TAP])
    assert made["press_to_lamp_ms"] == {"p50": 24.0, "p99": 24.0}
    assert made["tap_to_answer_ms"] == {"p50": 120.0, "p99": 120.0}
    assert made["press_to_board_ms"] == {"p50": 50.0, "p99": 50.0}
    assert (made["events_sent"], made["events_recorded"]) == (3, 3)
    assert (made["calls"], made["stops"], made["signals"]) == (1, 1, 1)
    assert is_good(made)


def test_a_pull_without_network_says_nothing_about_the_way_to_the_board(database):
    offline = Stimulus(PULL.key, 10.0, False, "quality", 10.02, 16.0)
    assert figures(database, [offline, TAP])["press_to_board_ms"] == {"p50": None, "p99": None}


@pytest.mark.parametrize(
    ("stimuli", "failures", "what"),
    [
        ([PULL, TAP, TAP], (), "lost"),
        ([PULL], (), "duplicates"),
        ([PULL, TAP, Stimulus(Key(PATH, "andon.called", "help"), 1.0, True)], (), "unconfirmed"),
        ([PULL, TAP], ["the call was not on the board"], "failures"),
    ],
)
def test_what_went_wrong_is_no_good_report(database, stimuli, failures, what):
    made = figures(database, stimuli, failures)
    assert made[what]
    assert not is_good(made)
    assert all(not made[other] for other in {"lost", "duplicates", "unconfirmed", "failures"} - {what})
