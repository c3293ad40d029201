"""`pullcord log`: the log of a database, in lines and in JSON."""

import json

import pytest

from pullcord.line.store import Store
from tests.host_tools.line.events import JOURNAL, NOW, arrival, called


@pytest.fixture
def line(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.commit([arrival(called(1)), arrival(called(2, "help"))])
    store.close()
    return store.place.file


def test_entries_are_shown_in_their_order(pullcord, line):
    code, out, _ = pullcord("log", "show", line)
    assert code == 0
    assert [row.split()[0] for row in out.splitlines()] == ["1", "2"]
    assert "2026-11-20T17:56:03.412Z  st-04        andon.called" in out


def test_a_cause_is_written_into_the_log_with_who_and_when(pullcord, line, monkeypatch):
    monkeypatch.setenv("LOGNAME", "planner")
    assert pullcord("log", "cause", line, f"{JOURNAL}-1", "worn_fixture")[:2] == (0, "Recorded at position 3.\n")
    _, out, _ = pullcord("log", "show", line, "--after", 2, "--json")
    entry = json.loads(out)
    assert (entry["kind"], entry["by"], entry["data"]["cause"]) == ("cause.entered", "planner", "worn_fixture")


def test_a_cause_without_a_word_is_refused(pullcord, line):
    code, _, err = pullcord("log", "cause", line, f"{JOURNAL}-1", "")
    assert code == 1
    assert "cause.entered: cause: String should have at least 1 character" in err


def test_tables_are_made_anew(pullcord, line):
    assert pullcord("log", "rebuild", line)[:2] == (0, f"{line}: 2 entries folded.\n")
    assert json.loads(pullcord("log", "rebuild", line, "--json")[1]) == {"entries": 2, "trouble": {}}


def test_a_database_that_is_not_there_is_not_made(pullcord, tmp_path):
    code, _, err = pullcord("log", "show", tmp_path / "no.db")
    assert code == 1
    assert "there is no such database" in err
    assert not (tmp_path / "no.db").exists()


def test_old_events_get_smaller_while_nothing_is_lost(pullcord, line, monkeypatch):
    monkeypatch.setattr("pullcord.cli.log.time.time_ns", lambda: (NOW + 30 * 86_400_000) * 1_000_000)
    _, before, _ = pullcord("log", "show", line, "--json")
    code, out, _ = pullcord("log", "thin", line, "--days", 7, "--json")
    said = json.loads(out)
    assert (code, said["events"], said["quarantined"]) == (0, 2, 0)
    _, after, _ = pullcord("log", "show", line, "--json")
    assert after.startswith(before)
    assert json.loads(after.splitlines()[-1])["kind"] == "log.thinned"
