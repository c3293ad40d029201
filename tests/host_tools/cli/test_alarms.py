"""Shelving, listing and trying a channel out, as a person does it."""

import json
import time

import pytest

from pullcord.cli import main
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.a_pager import webhook
from tests.host_tools.pull.test_escalation import PLANT, STATION


@pytest.fixture
def line(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.declare({"hash": "x", "plant": PLANT}, 1)
    yield store
    store.close()


def run(capsys, *arguments):
    code = main.run(["alarms", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def fold(store):
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()


def test_a_quiet_day_is_said_to_be_one(capsys, line):
    code, out, _ = run(capsys, "list", line.place.file)
    assert (code, "Nobody was told of anything in the last 24 h" in out) == (0, True)


def test_a_station_is_shelved_for_a_while_and_the_list_shows_it(capsys, line):
    code, out, _ = run(capsys, "shelve", line.place.file, STATION, "--reason", "rebuild", "--minutes", 10)
    assert (code, out.startswith(f"Nobody is told of calls of {STATION} until 2")) == (0, True)
    fold(line)
    code, out, _ = run(capsys, "list", line.place.file, "--json")
    (row,) = json.loads(out)["shelves"]
    assert 9 * 60_000 < row["until"] - time.time() * 1000 <= 10 * 60_000
    assert "rebuild" in run(capsys, "list", line.place.file)[1]
    assert run(capsys, "unshelve", line.place.file, STATION)[0] == 0
    fold(line)
    assert json.loads(run(capsys, "list", line.place.file, "--json")[1])["shelves"] == []


def test_a_station_that_is_not_there_is_not_shelved(capsys, line):
    code, _, err = run(capsys, "shelve", line.place.file, "acme/a/b/c", "--reason", "x")
    assert code == 1
    assert f"there is no such station; there are {STATION}" in err


def secrets(tmp_path, content, mode=0o600):
    file = tmp_path / "channels.json"
    file.write_text(content)
    file.chmod(mode)
    return file


async def test_a_channel_is_tried_out(capsys, tmp_path):
    import asyncio

    async with webhook() as hook:
        file = secrets(tmp_path, json.dumps({"pager": hook.address()}))
        code, out, _ = await asyncio.to_thread(run, capsys, "try", "pager", "--channels", file)
        assert (code, out) == (0, "pager: it was taken. See that it arrived.\n")
        assert hook.told[0][0] == "Pullcord: a test"


@pytest.mark.parametrize(("content", "mode", "channel", "said"), [
    ('{"pager": "json://user:s3cret@127.0.0.1:1/s3cret"}', 0o644, "pager", "others can read it"),
    ('{"pager": "json://user:s3cret@127.0.0.1:1/s3cret"}', 0o600, "pager", "there is no connection to it"),
    ('{"pager": "nonsense://s3cret"}', 0o600, "pager", "none that Apprise knows"),
    ('{"pager": "json://s3cret"}', 0o600, "phone", "has no channel phone; it has pager"),
    ('{"pager": s3cret', 0o600, "pager", "it is not JSON"),
    ('["s3cret"]', 0o600, "pager", "it is not JSON"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words_without_the_secret(capsys, tmp_path, content, mode, channel, said):
    code, out, err = run(capsys, "try", channel, "--channels", secrets(tmp_path, content, mode))
    assert code == 1
    assert said in err
    assert "s3cret" not in out + err
