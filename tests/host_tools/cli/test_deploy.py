"""`pullcord deploy`: firmware and config onto boards, in the words of the command."""

import json
import shlex
import shutil
import time
from pathlib import Path

import pytest

from pullcord.cli import main
from pullcord.firmware.compiled import FIRMWARE
from pullcord.plant import boards as board_profiles
from pullcord.sim import runtime
from pullcord.sim.usb_place import VARIABLE, VirtualUsb
from pullcord.usb.board import look
from pullcord.usb.ports import port_named
from pullcord.usb.trouble import Trouble

pytestmark = pytest.mark.micropython
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "plant.yaml"
DEADLINE_S = 60


@pytest.fixture
def desk(tmp_path, monkeypatch):
    found = runtime.micropython()
    monkeypatch.setenv("PULLCORD_MICROPYTHON", shlex.join(found.command))  # not looked for in the cache of this test
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with VirtualUsb(tmp_path / "usb") as usb:
        monkeypatch.setenv(VARIABLE, str(usb.listing))
        yield usb


@pytest.fixture
def told(capsys):
    """Runs the command; (exit code, what it printed, what it complained of)."""

    def run(*words):
        capsys.readouterr()
        code = main.run(["deploy", *[str(word) for word in words]])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def plant(tmp_path):
    """The example, and secrets for all of it."""
    file = tmp_path / "plant.yaml"
    shutil.copy(EXAMPLE, file)
    return file


def station(board):
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            found = look(port_named(board.path), board_profiles.load())
        except Trouble:
            continue
        if found.state == "station":
            return found
    raise AssertionError(f"it did not start: {board.boots} {board.log_tail()}")


def changed(folder):
    """The firmware with one file changed."""
    source = folder / "firmware"
    shutil.copytree(FIRMWARE, source)
    file = source / "station" / "net" / "wifi.py"
    file.write_text(file.read_text() + "\n\ndef changed():\n    return 1\n")
    return source


def until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"


def give(board, config):
    board.cut_power()
    board.put({"config.json": json.dumps(config).encode()})
    board.power_on()


@pytest.fixture
def config(plant):
    from pullcord.plant.compile import compile_plant
    from pullcord.plant.load import load

    profiles = board_profiles.load()
    return next(
        one.config for one in compile_plant(load(plant, profiles), profiles) if one.path.endswith("st-04")
    )


def test_a_firmware_comes_onto_a_board_and_a_second_time_the_station_is_left_alone(desk, told, config):
    board = desk.add("pico")
    give(board, config)
    code, out, _ = told(board.path, "--firmware")
    assert code == 0 and "firmware" in out and "bytes sent" in out
    assert station(board).station == "acme/assembly/line-1/st-04"
    boots = len(board.boots)
    code, out, _ = told(board.path, "--firmware")
    assert code == 0 and "nothing differed" in out
    assert len(board.boots) == boots, "a station at work with this firmware was stopped"


def test_one_changed_file_is_all_that_is_sent(desk, told, config, tmp_path):
    board = desk.add("pico")
    give(board, config)
    told(board.path, "--firmware")
    station(board)
    source = changed(tmp_path)
    code, out, _ = told(board.path, "--firmware", "--source", source, "--json")
    (found,) = json.loads(out)["boards"]
    assert (code, found["changed"]) == (0, ["firmware"]) and found["sent"] < 4000, found
    assert station(board).station.endswith("st-04")


def test_a_board_that_fails_does_not_stop_the_others_and_is_told(desk, told):
    good, bad = desk.add("good"), desk.add("bad", on=False)
    bad.put({"main.py": b"import time\nwhile True: time.sleep(1)\n"})
    bad.power_on()
    code, out, err = told("--all", "--firmware")
    assert code == 1 and f"{good.path}: " in out
    assert f"{bad.path}: a program runs there that does not say what it does" in err and "--stop-the-line" in err


def test_a_line_that_runs_by_the_boards_permit_is_not_stopped(desk, told, config, tmp_path):
    """With --stop-the-line it is: the relay falls off before anything else."""
    board = desk.add("pico")
    restart = {"name": "go", "pin": 3, "does": "restart", "active": "low", "pull": "up", "stable_ms": 20, "stuck_s": 60}
    give(board, dict(config, permit={"pin": 2, "active": "high", "resume": True}, inputs=[restart], readers=[]))
    told(board.path, "--firmware")
    station(board)
    for level in (0, 1):
        board.say({"pin": 3, "level": level})
        time.sleep(0.2)
    until(lambda: station(board).permit)
    boots = len(board.boots)
    new = ("--firmware", "--source", changed(tmp_path))
    code, _, err = told(board.path, *new)
    assert code == 1 and "the line runs by the permit of acme/assembly/line-1/st-04" in err
    assert len(board.boots) == boots and board.pins[2] == 1
    falls = []
    board.world.on_output(lambda at, said: falls.append(len(board.boots)) if said.get("pin") == 2 else None)
    assert told(board.path, "--stop-the-line", *new)[0] == 0
    assert falls[0] == boots, "it fell off only with the reset"


def test_config_goes_to_the_station_that_the_board_is(desk, told, plant, tmp_path):
    board = desk.add("pico")
    told(board.path, "--firmware")
    code, _, err = told(board.path, "--config", "--plant", plant)
    assert code == 1 and "the plant file gives no station to the board" in err


def test_it_is_told_what_to_name(desk, told):
    assert told()[0] == 1
    code, _, err = told("/dev/ttyNONE")
    assert code == 1 and "there is no such port" in err
    code, _, err = told("--all")
    assert code == 1 and "no board is at USB" in err
