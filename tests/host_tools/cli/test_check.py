"""`pullcord check` where nobody stands there, or nothing can be checked."""

from pullcord.cli import check
from pullcord.cli.main import run


def test_without_a_terminal_nobody_is_there_to_look(capsys):
    assert run(["check", "/dev/nowhere"]) == 1
    assert "it needs a person" in capsys.readouterr().err


def test_a_port_that_is_not_there(capsys, monkeypatch):
    monkeypatch.setattr(check.asking, "is_possible", lambda: True)
    assert run(["check", "/dev/nowhere"]) == 1
    assert "there is no such port" in capsys.readouterr().err
