"""The line service as a program: what it says, whom it lets in, how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from pullcord.cli import main
from tests.host_tools.plant.conftest import PLANT

DEADLINE_S = 60
PROGRAM = str(Path(sys.executable).with_name("pullcord"))


@contextmanager
def serving(folder, *options, **environment):
    """A service whose broker is away: (process, its address, what it said)."""
    command = [PROGRAM, "serve", "--port", "0", "--broker", "mqtt://127.0.0.1:9"]
    log = folder / "said"
    with log.open("w") as said:
        whole = {**os.environ, **environment}
        process = subprocess.Popen([*command, *options], stderr=said, cwd=folder, env=whole)
    try:
        end = time.monotonic() + DEADLINE_S
        while not (found := re.search(r"http://[^/]+/", log.read_text())):
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield process, found[0], log.read_text
    finally:
        process.kill()
        process.wait()


def ask(url, token=""):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_it_lets_in_who_shows_a_token_and_ends_in_order(tmp_path):
    (tmp_path / "plant.yaml").write_text(PLANT)
    with serving(tmp_path, "--plant", "plant.yaml") as (process, url, said):
        assert "plant.yaml is in force from now on" in said()
        assert ask(url + "api/board")[0] == 401
        made = subprocess.run(
            [PROGRAM, "token", "add", "line.db", "boss", "--role", "admin", "--json"],
            cwd=tmp_path, capture_output=True, check=True, timeout=DEADLINE_S,
        )  # fmt: skip
        token = json.loads(made.stdout)["token"]
        assert ask(url + "api/session", token) == (200, {"name": "boss", "role": "admin", "needs_token": True})
        assert ask(url + "api/plant", token)[1]["version"]["number"] == 1
        status = ask(url + "healthz", token)[1]["service"]
        assert status["broker"]["connected"] is False
        assert "Nobody has a token yet: pullcord token add line.db NAME --role admin" in said()
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
        assert "keep their events meanwhile" in said()


def test_systemd_is_told_that_it_is_ready_lives_and_ends(tmp_path):
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(address)
        heard.settimeout(DEADLINE_S)
        with serving(tmp_path, NOTIFY_SOCKET=address, WATCHDOG_USEC="300000") as (process, _url, _said):
            assert heard.recv(100) == b"READY=1"
            assert [heard.recv(100), heard.recv(100)] == [b"WATCHDOG=1"] * 2
            process.send_signal(signal.SIGTERM)
            assert process.wait(DEADLINE_S) == 0
            last = b""
            while last != b"STOPPING=1":
                last = heard.recv(100)


def test_another_plant_file_than_the_one_in_force_is_told(tmp_path):
    (tmp_path / "plant.yaml").write_text(PLANT)
    assert main.run(["plant", "check", str(tmp_path / "plant.yaml")]) == 0
    with serving(tmp_path, "--plant", "plant.yaml"):
        pass
    (tmp_path / "plant.yaml").write_text(PLANT.replace("quantity: 20", "quantity: 21"))
    with serving(tmp_path, "--plant", "plant.yaml") as (_process, _url, said):
        assert "plant.yaml is not what is in force" in said()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--broker", "mqtt://maria:secret@127.0.0.1"], "a password has no place in an argument"),
        (["--broker", "127.0.0.1"], "the broker's address must look like"),
        (["--broker-file", "nowhere"], "the broker's URL cannot be read"),
        (["--plant", "nowhere.yaml"], "is not there"),
        (["--database", "mysql://x/y"], "the database must be a file"),
        (["--host", "192.0.2.1"], "choose others: --host, --port"),
        (["--database", "missing/line.db"], "missing; correct the path, or make it: mkdir "),
        (["--database", "folder"], "is a folder; name a file in it, such as folder/line.db"),
        (["--database", "@nowhere"], "nowhere: the database's address cannot be read (No such file or directory)"),
        (["--database-file", "address"], "the database must be a file"),
    ],
)
def test_what_cannot_be_served_is_told(pullcord, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "address").write_text("mysql://maria:secret@x/y")
    code, _, err = pullcord("serve", *options)
    assert (code, told in err) == (1, True), err
    assert "secret@" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["address", "folder"]


def test_where_another_line_is_served_no_new_log_is_made(pullcord, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = pullcord("serve", "--port", taken.getsockname()[1])
    assert (code, "another program is there" in err) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_the_databases_address_may_stand_in_a_file(tmp_path):
    (tmp_path / "address").write_text(f"{tmp_path}/kept.db\n")
    with serving(tmp_path, "--database-file", "address") as (_process, _url, said):
        assert f"Database: {tmp_path}/kept.db" in said()
    assert (tmp_path / "kept.db").is_file()
    assert main.run(["log", "show", f"@{tmp_path}/address"]) == 0
