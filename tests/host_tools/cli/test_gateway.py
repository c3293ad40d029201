"""`pullcord gateway` up to where boards begin; with boards it is in tests/end_to_end/test_gateway.py."""

import io

import pytest
from rich.console import Console

from pullcord.cli.gateway import _Screen
from pullcord.cli.main import run
from pullcord.usb.board_link import Status


def test_ports_or_all_are_to_be_named(capsys):
    assert run(["gateway"]) == 2
    assert run(["gateway", "--all", "/dev/ttyACM0"]) == 2
    assert "--all" in capsys.readouterr().err


def test_a_plant_file_that_is_missing_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["gateway", "--all"]) == 1
    assert "plant.yaml" in capsys.readouterr().err


def test_a_broker_that_makes_no_sense_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["gateway", "--all", "--broker", "http://x"]) == 1
    assert "mqtt://" in capsys.readouterr().err


def test_the_unit_is_written_and_what_to_do_with_it_is_said(capsys, tmp_path):
    plant = tmp_path / "my plant.yaml"
    arguments = ["gateway", "--all", "--install", str(tmp_path), "--user", "pullcord", "--plant", str(plant)]
    assert run(arguments) == 0
    text = (tmp_path / "pullcord-gateway.service").read_text()
    assert "User=pullcord\n" in text
    assert f'gateway --all --plant "{plant}" --secrets "{plant.with_suffix(".secrets")}"\n' in text
    said = capsys.readouterr().out
    assert "systemctl enable --now pullcord-gateway.service" in said


@pytest.mark.parametrize("more", [[], ["--user", "x", "--broker", "mqtt://a:secret@b"]])
def test_a_unit_needs_a_user_and_holds_no_password(capsys, tmp_path, more):
    assert run(["gateway", "--all", "--install", str(tmp_path), *more]) in (1, 2)
    assert not list(tmp_path.iterdir())
    assert "secret@" not in capsys.readouterr().err


def test_a_terminal_shows_what_boards_say_of_themselves_as_text():
    screen = _Screen()
    screen.boards = lambda: [Status("/dev/ttyACM0", "a/b/c/[/red]\x1b[2J")]
    shown = Console(width=100, file=io.StringIO())
    with screen:
        shown.print(screen._table())
    assert "[/red]\\x1b[2J" in shown.file.getvalue()
