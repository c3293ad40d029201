"""The command itself: wrong use is 2 with a way out, and nobody is shown a traceback unasked."""

import sys
import types

import pytest

from pullcord.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plnt"], "Did you mean 'plant'?"),
        (["plant", "check"], "Missing argument 'FILE'"),
        (["plant", "check", "--jsn", "x"], "--json"),
    ],
)
def test_wrong_use_is_told_with_a_way_out(capsys, arguments, said):
    assert main.run(arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "--help` shows how it is used." in err


def test_nothing_asked_shows_the_help(capsys):
    assert main.run([]) == 2
    out, err = capsys.readouterr()
    assert "Usage: pullcord" in out + err


def test_help_is_no_failure(capsys):
    assert main.run(["--help"]) == 0
    assert "plant" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["postgresql://maria:hidden@x/y", "postgresql+psycopg://x/y?a=b&password=hidden"])
def test_a_password_in_an_argument_is_warned_of_and_not_repeated(capsys, address):
    main.run(["serve", f"--database={address}", "--broker", "wrong"])
    err = capsys.readouterr().err
    assert err.count("seen by everybody on this computer") == 1
    assert "hidden" not in err


@pytest.mark.parametrize("address", ["line.db", "postgresql://maria@x/y?passfile=f", "postgresql://x:5432/y"])
def test_an_address_without_a_password_is_not_warned_of(capsys, address):
    main.run(["serve", "--database", address, "--broker", "wrong"])
    assert "seen by everybody" not in capsys.readouterr().err


@pytest.fixture
def faulty(monkeypatch):
    """A command with a mistake in it."""

    def fault() -> None:
        raise ZeroDivisionError("somebody divided")

    module = types.ModuleType("faulty_command")
    module.register = lambda app: app.command("fault")(fault)
    monkeypatch.setitem(sys.modules, "faulty_command", module)
    monkeypatch.setattr(main, "COMMANDS", (*main.COMMANDS, "faulty_command"))


def test_an_unexpected_error_is_words_and_no_traceback(capsys, faulty):
    assert main.run(["fault"]) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError: somebody divided" in err
    assert "report it" in err
    assert "Traceback" not in err


def test_debug_shows_where_it_came_from(capsys, faulty):
    assert main.run(["--debug", "fault"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_main_ends_with_the_exit_code():
    with pytest.raises(SystemExit) as ended:
        main.main(["plnt"])
    assert ended.value.code == 2
