"""Backing up and putting back, as a person does it."""

import json

import pytest
from typer.testing import CliRunner

from pullcord.cli import main
from pullcord.line.store import Store
from tests.host_tools.line.events import arrival, event


@pytest.fixture
def line(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.commit([arrival(event(n)) for n in (1, 2)])
    yield store
    store.close()


def run(capsys, *arguments):
    code = main.run([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_there_and_back(capsys, line, tmp_path):
    code, out, _ = run(capsys, "backup", line.place.file, tmp_path / "b.db")
    assert (code, out) == (0, f"{tmp_path}/b.db: 2 events and 0 decisions; checked.\n")
    line.commit([arrival(event(3))])
    code, out, _ = run(capsys, "restore", tmp_path / "b.db", line.place.file, "--yes", "--json")
    assert code == 0
    assert json.loads(out)["epoch"] == 2
    line.open()
    assert line.counts()["recorded"] == 2


def test_into_a_folder_the_time_is_the_name(capsys, line, tmp_path):
    (tmp_path / "backups").mkdir()
    code, out, _ = run(capsys, "backup", line.place.file, tmp_path / "backups", "--json")
    assert code == 0
    (file,) = (tmp_path / "backups").iterdir()
    assert json.loads(out)["file"] == str(file)
    assert file.name.startswith("pullcord-2")


def test_nobody_replaces_a_log_by_mistake(line, tmp_path):
    CliRunner().invoke(main.build(), ["backup", str(line.place.file), str(tmp_path / "b.db")])
    line.commit([arrival(event(3))])
    said = CliRunner().invoke(main.build(), ["restore", str(tmp_path / "b.db"), str(line.place.file)], input="n\n")
    assert said.exit_code != 0
    assert line.counts()["recorded"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "missing.db", "b.db"), "missing.db: there is no such database"),
        (("backup", "{line}", "{line}"), "is there already, and stays as it is; name another file"),
        (("backup", "mysql://x/y", "b.db"), "look like postgresql://user@host:5432/name"),
        (("backup", "{line}", "unmounted/b.db"), "there is no folder unmounted; is that disk mounted?"),
        (("restore", "{junk}", "missing/line.db", "--yes"), "missing; correct the path, or make it"),
        (("restore", "{junk}", "{line}", "--yes"), "it is no backup of Pullcord, take another one"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(capsys, line, tmp_path, arguments, said):
    (tmp_path / "junk").write_text("junk " * 1000)
    names = {"line": line.place.file, "junk": tmp_path / "junk"}
    code, _, err = run(capsys, *(argument.format(**names) for argument in arguments))
    assert code == 1
    assert said in err
