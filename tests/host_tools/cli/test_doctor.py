"""`pullcord doctor`: one report, and an exit code that says whether something is wrong."""

import json
from pathlib import Path

import pytest

from pullcord.cli.main import run
from pullcord.doctor import at_usb, computer

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "plant.yaml"


@pytest.fixture(autouse=True)
def sound_computer(monkeypatch):
    monkeypatch.delenv("BROKER", raising=False)
    monkeypatch.setattr(computer, "is_synchronised", lambda: True)
    monkeypatch.setattr(at_usb, "ports", list)
    monkeypatch.setattr(at_usb, "drives", list)


def test_nothing_wrong_is_exit_code_0(capsys):
    assert run(["doctor", "--plant", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert "Nothing is wrong." in out
    assert "5 stations, 3 loops" in out


def test_each_thing_that_is_wrong_says_what_to_do(capsys, tmp_path):
    assert run(["doctor", "--plant", str(EXAMPLE), "--db", str(tmp_path / "no.db")]) == 1
    out = capsys.readouterr().out
    assert "BAD   database    " in out and "-> name the one" in out
    assert "1 things are wrong." in out


def test_json_for_programs(capsys, tmp_path):
    assert run(["doctor", "--plant", str(EXAMPLE), "--db", str(tmp_path / "no.db"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["good"] is False
    assert [one["part"] for one in told["findings"] if one["good"] is False] == ["database"]


def test_a_broker_file_that_is_not_there_is_wrong_use(capsys, tmp_path):
    assert run(["doctor", "--broker", str(tmp_path / "plant.url")]) == 2
