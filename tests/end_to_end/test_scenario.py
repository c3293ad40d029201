"""The scenario of `pullcord run --for` on each broker and runtime; and that its report would find a fault."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from pullcord.sim import demo, runtime
from pullcord.sim.plans import read_plans
from pullcord.sim.report import is_good, recorded, report
from pullcord.sim.scenario import with_short_mark
from pullcord.sim.stimuli import lost_and_doubled, row_key
from tests.end_to_end.a_line import PLANT

SHOP = Path(__file__).parents[2] / "docs/examples/assembly-shop.yaml"
pytestmark = [pytest.mark.mosquitto, pytest.mark.micropython, pytest.mark.asyncio(loop_scope="module")]


async def play(directory, on, broker: str = "", plant=PLANT):
    """(report, stimuli, database) of one round."""
    plans = [with_short_mark(plan) for plan in read_plans(plant)]
    async with demo.running(plans, directory, on, 0, lambda _said: None, broker) as line:
        scenario = await demo.perform(line, 0)
        figures = report(line.line, line.database, line.broker.name, scenario, line.state)
        return figures, scenario.stimuli, line.database


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def played(tmp_path_factory):
    """On Mosquitto and MicroPython."""
    return await play(tmp_path_factory.mktemp("played") / "line", runtime.micropython())


def check(figures, on: str, broker: str, stations: int = 5) -> None:
    problems = {key: figures[key] for key in ("lost", "duplicates", "unconfirmed", "failures")}
    assert problems == {"lost": 0, "duplicates": 0, "unconfirmed": [], "failures": []}
    assert is_good(figures)
    assert figures["runtime"].startswith(on)
    assert figures["broker"].startswith(broker)
    assert figures["stations"] == stations
    assert figures["calls"] >= 6
    assert figures["stops"] >= 2
    assert figures["signals"] >= 10
    assert figures["events_recorded"] == figures["events_sent"]
    for name in ("press_to_lamp_ms", "tap_to_answer_ms", "press_to_board_ms"):
        assert 0 < figures[name]["p50"] <= figures[name]["p99"]


async def test_nothing_is_lost_or_doubled_on_mosquitto(played):
    check(played[0], "micropython", "Mosquitto")


async def test_nothing_is_lost_or_doubled_on_the_embedded_broker(tmp_path):
    figures, _, _ = await play(tmp_path / "line", runtime.micropython(), demo.EMBEDDED)
    check(figures, "micropython", "embedded")


async def test_nothing_is_lost_or_doubled_with_stations_on_cpython(tmp_path):
    figures, _, _ = await play(tmp_path / "line", runtime.cpython())
    check(figures, "cpython", "Mosquitto")


async def test_nothing_is_lost_or_doubled_in_the_shop_of_two_lines(tmp_path):
    """As `make run` does it: watched cords, real drivers of readers, the models of their chips, one by Ethernet."""
    figures, _, _ = await play(tmp_path / "line", runtime.micropython(), plant=SHOP)
    check(figures, "micropython", "Mosquitto", stations=8)


# Would it be seen? Faults are planted into a copy of the record.


@pytest.fixture
def copy(played, tmp_path):
    """(stimuli, database that may be spoilt)"""
    with closing(sqlite3.connect(played[2])) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return played[1], shutil.copy(played[2], tmp_path / "copy.db")


def first(database, type: str):
    return next(event for event in recorded(database) if event["type"] == f"pullcord.{type}.v1")


@pytest.mark.parametrize("type", ["andon.called", "andon.cancelled", "andon.resolved", "kanban.tapped"])
async def test_a_row_that_is_missing_is_a_loss(copy, type):
    stimuli, database = copy
    assert lost_and_doubled(stimuli, recorded(database)) == (0, 0)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM events WHERE id = ?", [first(database, type)["id"]])
    assert lost_and_doubled(stimuli, recorded(database)) == (1, 0)


@pytest.mark.parametrize("type", ["andon.called", "andon.cancelled", "andon.resolved", "kanban.tapped"])
async def test_a_second_row_under_another_id_is_a_double(copy, type):
    stimuli, database = copy
    twice = first(database, type)
    other = dict(twice, id=twice["id"].split("-")[0] + "-9999", sequence="0000009999")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TEMP TABLE second AS SELECT * FROM events WHERE id = ?", [twice["id"]])
        changes = (other["id"], json.dumps(other).encode())
        connection.execute("UPDATE second SET position = 9999, sequence = 9999, id = ?, body = ?", changes)
        connection.execute("INSERT INTO events SELECT * FROM second")
    assert lost_and_doubled(stimuli, recorded(database)) == (0, 1)


async def test_a_call_where_nobody_pulled_is_a_double_too(copy):
    stimuli, database = copy
    events = recorded(database)
    ghost = dict(first(database, "andon.called"), source="/acme/assembly/line-1/st-05")
    assert all(stimulus.key != row_key(ghost) for stimulus in stimuli)
    assert lost_and_doubled(stimuli, [*events, ghost]) == (0, 1)
