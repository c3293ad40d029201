"""A crate of twenty boards of which three are faulty, each in its own way, and the same again when they are mended."""

import contextlib
import json

import pytest
import serial

from pullcord.sim.usb_place import VirtualUsb
from tests.benchmarks import crate
from tests.host_tools.usb import a_crate
from tests.host_tools.usb.a_desk import pullcord

pytestmark = pytest.mark.micropython
BOARDS = 20
HELD, CUT, WRONG = 4, 9, 17


def flash(desk, plant, images):
    """(exit code, outcomes by station's number, what it said)."""
    done = pullcord(desk, "flash", "--all", "--plant", str(plant), "--images", str(images), "--json")
    assert "Traceback" not in done.stderr
    outcomes = json.loads(done.stdout)["boards"]
    return done.returncode, dict(enumerate(outcomes, 1)), done.stderr


def moved(outcomes):
    return sum(one["sent"] + one["image"] for one in outcomes.values())


def test_seventeen_come_up_three_are_named_and_the_second_run_does_only_what_is_missing(tmp_path):
    plant, images = a_crate.plant_file(tmp_path, BOARDS), a_crate.images(tmp_path)
    with VirtualUsb(tmp_path / "usb") as desk, contextlib.ExitStack() as mending:
        boards = {}
        for number in range(1, BOARDS + 1):
            kind = "raspberry-pi-pico" if number == WRONG else a_crate.BOARD
            bare = number not in (HELD, CUT, WRONG)
            uid, place = a_crate.uid(number), f"1-1.{number:02}"
            boards[number] = desk.add(f"board-{number:02}", uid=uid, location=place, board=kind, blank=bare)
        mending.enter_context(serial.Serial(boards[HELD].path, exclusive=True))
        boards[CUT].cut_at(60)

        code, first, said = flash(desk, plant, images)
        assert code == 1
        faulty = {number for number, one in first.items() if not one["good"]}
        assert faulty == {HELD, CUT, WRONG}, said
        good = [number for number in first if number not in faulty]
        assert [first[number]["station"] for number in good] == [f"hall/line-1/st-{number:02}" for number in good]
        for number, cause, remedy in (
            (HELD, "has this port open", "End that one, then try again."),
            (CUT, "has gone from USB in the middle of the work", "Plug it in again, then run this once more"),
            (WRONG, "is to be a Raspberry Pi Pico W, and this is a Raspberry Pi Pico", "take a"),
        ):
            words = "\n".join(first[number]["trouble"])
            assert f"board-{number:02}" in words
            assert cause in words
            assert remedy in words
            assert words in said

        mending.close()
        boards[CUT].power_on()
        boards[WRONG].cut_power()
        place = boards[WRONG].location
        boards[WRONG] = desk.add("another", uid=a_crate.uid(WRONG), location=place, board=a_crate.BOARD, blank=True)
        boots = {number: len(board.boots) for number, board in boards.items()}
        code, second, said = flash(desk, plant, images)
        assert code == 0, said
        assert [one["station"] for one in second.values()] == [f"hall/line-1/st-{n:02}" for n in range(1, BOARDS + 1)]
        assert {number for number, one in second.items() if one["did"]} == faulty
        assert moved(second) < moved(first) / 4
        assert all(len(boards[number].boots) == boots[number] for number in boards if number not in faulty)


def test_the_benchmark_can_still_count_what_the_command_compiles(tmp_path, monkeypatch):
    monkeypatch.setattr(crate, "BAUD", None)
    figures = crate.flashed(tmp_path / "one", 1)
    assert (figures["boards"], figures["compiled"], figures["again_sent"]) == (1, 1, 0)
