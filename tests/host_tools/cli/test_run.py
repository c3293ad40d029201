"""`pullcord run`: every way in which it does not work is words and an exit code, and it ends when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pullcord.cli import main
from pullcord.sim.claim import claim
from pullcord.sim.report import recorded

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs/examples/plant.yaml"
UP_S = 60


@pytest.fixture
def pullcord(capsys, tmp_path, monkeypatch):
    """`pullcord(*arguments)` -> (exit code, stderr); on CPython, in a folder of its own, on a free port."""
    monkeypatch.delenv("BROKER", raising=False)

    def run(*arguments):
        rest = ["--plant", EXAMPLE, "--dir", tmp_path / "run", "--port", "0", "--cpython"]
        code = main.run([str(argument) for argument in ("run", *rest, *arguments)])
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def one_station(tmp_path):
    """A plant file with st-01 of the example, and the cards of nobody."""
    yaml = YAML()
    plant = yaml.load(EXAMPLE.read_text())
    stations = plant["areas"]["assembly"]["lines"]["line-1"]["stations"]
    for name in list(stations)[1:]:
        del stations[name]
    del plant["loops"], plant["people"]
    with (tmp_path / "plant.yaml").open("w") as file:
        yaml.dump(plant, file)
    return tmp_path / "plant.yaml"


def test_a_report_without_a_scenario_is_wrong_use(pullcord, tmp_path):
    code, err = pullcord("--report", tmp_path / "report.json")
    assert code == 2
    assert "add --for SECONDS" in err


def test_the_problems_of_a_plant_file_are_told(pullcord, tmp_path):
    (tmp_path / "plant.yaml").write_text(EXAMPLE.read_text().replace("port: 1883", "prot: 1883"))
    code, err = pullcord("--plant", tmp_path / "plant.yaml")
    assert code == 1
    assert "did you mean port?" in err


def test_a_taken_port_is_told(pullcord):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, err = pullcord("--port", port)
    assert code == 1
    assert f"on port {port}: another program is there" in err


def test_a_folder_that_another_line_uses_is_told(pullcord, tmp_path):
    with claim(tmp_path / "run/line"):
        code, err = pullcord()
    assert code == 1
    assert "in use by another line" in err


@pytest.mark.parametrize(("broker", "said"), [("plant:1883", "mqtt://host:1883"), ("mqtt://127.0.0.1:1", "refused")])
def test_a_broker_that_cannot_be_used_is_told(pullcord, monkeypatch, broker, said):
    monkeypatch.setenv("BROKER", broker)
    code, err = pullcord()
    assert code == 1
    assert said in err
    assert "Traceback" not in err


def test_a_line_that_cannot_play_the_scenario_is_told_what_it_lacks(pullcord, monkeypatch, one_station):
    monkeypatch.setenv("BROKER", "embedded")
    code, err = pullcord("--plant", one_station, "--for", "1")
    assert code == 1
    assert "The scenario needs a station" in err


# In a process of its own, as a person has it


@pytest.fixture
def line(tmp_path, one_station):
    """`line(*arguments)`: a running `pullcord run` on a small plant; killed at the end, should it still run."""
    processes = []
    environment = {**os.environ, "BROKER": "embedded"}

    def start(*arguments, until: str):
        command = [sys.executable, "-c", "from pullcord.cli.main import main; main()", "run", "--cpython"]
        command += ["--plant", str(one_station), "--dir", str(tmp_path / "run"), "--port", "0", *arguments]
        log = tmp_path / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=output, env=environment, cwd=ROOT, start_new_session=True
            )
        processes.append(process)
        end = time.monotonic() + UP_S
        while until not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        return process, log

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid: int) -> bool:
    """False also for one that has ended and was not waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_ends_in_order_and_leaves_no_process(line, number):
    process, log = line(until="Ctrl-C ends it")
    stations = children(process.pid)
    assert len(stations) == 1
    os.killpg(process.pid, number)  # as a terminal does: to all that belong to it
    assert process.wait(20) == 0
    assert not any(runs(pid) for pid in stations)
    said = log.read_text()
    assert said.rstrip().endswith("Ended.")
    assert "Traceback" not in said
    assert "rror" not in said


def test_a_signal_while_it_comes_up_ends_it_too(line):
    process, log = line(until="Stations:")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert "Traceback" not in log.read_text()


def test_a_next_start_goes_on_where_the_line_was(line, tmp_path):
    def boots() -> list[int]:
        events = recorded(tmp_path / "run/line/line.db")
        assert len({event["id"].split("-")[0] for event in events}) <= 1
        return [event["boot"] for event in events if event["type"] == "pullcord.station.started.v1"]

    for expected in ([1], [1, 2]):
        process, _log = line(until="Ctrl-C ends it")
        end = time.monotonic() + UP_S
        while boots() != expected and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert boots() == expected


def test_fresh_forgets_what_was_there(line, tmp_path):
    (tmp_path / "run/line").mkdir(parents=True)
    (tmp_path / "run/line/old").touch()
    (tmp_path / "run/mine").touch()
    line("--fresh", until="Ctrl-C ends it")
    assert not (tmp_path / "run/line/old").exists()
    assert (tmp_path / "run/mine").exists()
