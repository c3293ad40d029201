"""Firmware and files come onto a board: only what differs, whole or not at all, with a way back to the one before."""

import threading

import pytest

from pullcord.firmware import pack as packs
from pullcord.firmware.release import Release
from pullcord.usb import deploy
from pullcord.usb.deploy import Wanted
from pullcord.usb.job import bring, work_at
from pullcord.usb.ports import port_named
from pullcord.usb.trouble import Trouble
from tests.host_tools.usb.a_desk import until
from tests.host_tools.usb.a_firmware import FAILS, SAYS, a_release

pytestmark = pytest.mark.micropython
CONFIG = {"/config.json": b'{"station": "a/b/c/d", "more": "\x03\x10"}' * 40}


def brought(board, wanted, **how):
    return bring(port_named(board.path), wanted, stop_the_line=True, **how)


def runs(board, word):
    """Waits until the firmware that says `word` was started."""
    until(lambda: f"this is {word}" in board.log_tail(4))


def test_a_bare_board_gets_everything_and_runs_it(board):
    done = brought(board, Wanted(a_release("one"), CONFIG))
    assert done.changed == ["/config.json", "/slot.mpy", "/packed.mpy", "/main.py", "firmware"]
    runs(board, "one")
    board.cut_power()
    files = board.files()
    assert files["config.json"] == CONFIG["/config.json"]
    assert files["firmware.pack"] == a_release("one").pack


def test_a_second_time_nothing_is_sent(board):
    wanted = Wanted(a_release("one"), CONFIG)
    brought(board, wanted)
    assert brought(board, wanted) == deploy.Done([], 0)


def test_of_a_firmware_that_differs_only_that_is_sent_and_the_one_before_stays(board):
    brought(board, Wanted(a_release("one")))
    done = brought(board, Wanted(a_release("two")))
    assert done.changed == ["firmware"] and done.sent < 500
    runs(board, "two")
    board.cut_power()
    files = board.files()
    assert packs.whole(files["firmware.pack"]) and files["firmware.pack"] == a_release("two").pack
    assert files["firmware.old"] == a_release("one").pack


def test_a_new_firmware_that_fails_gives_way_to_the_one_before(board):
    brought(board, Wanted(a_release("one")))
    brought(board, Wanted(a_release("two", FAILS)))
    runs(board, "one")
    board.cut_power()
    assert board.files()["firmware.pack"] == a_release("one").pack
    assert b"the firmware before this one runs again" in board.files()["safe.txt"]


DAMAGES = {
    "the end is gone": lambda pack: pack[:-20] + b"\xff" * 20,
    "what is left of it can be unpacked": lambda pack: pack[:-40] + bytes(40),
    "a bit fell": lambda pack: pack[:-60] + bytes([pack[-60] & pack[-60] - 1]) + pack[-59:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_firmware_gives_way_to_the_one_before(board, damage):
    brought(board, Wanted(a_release("one")))
    brought(board, Wanted(a_release("two")))
    runs(board, "two")
    board.cut_power()
    pack = board.files()["firmware.pack"]
    assert damage(pack) != pack
    board.put({"firmware.pack": damage(pack)})
    board.power_on()
    runs(board, "one")


def test_a_damaged_firmware_without_another_ends_at_the_prompt_and_can_be_mended(board):
    brought(board, Wanted(a_release("one")))
    board.cut_power()
    board.put({"firmware.pack": b"rubbish"})
    board.power_on()
    until(lambda: "Bring it onto the board again" in board.log_tail())
    brought(board, Wanted(a_release("one")))
    runs(board, "one")


def test_bytes_that_get_lost_are_sent_again(board):
    with work_at(port_named(board.path)) as session:
        plan = deploy.look(session, Wanted(a_release("one", SAYS + "#" + "padding" * 2000)))
        board.lose(5, skip=1500)
        deploy.carry_out(session, plan)
    runs(board, "one")


def test_a_cable_pulled_halfway_is_told_and_the_next_run_completes(board):
    big = Wanted(a_release("one", bulk=60_000))
    board.slow(115200)
    timer = threading.Timer(2.0, board.unplug)
    timer.start()
    with pytest.raises(Trouble, match="gone from USB"):
        brought(board, big)
    board.plug()
    board.slow(None)
    brought(board, big)
    runs(board, "one")


def test_a_full_flash_is_told_with_a_way_out(board):
    board.cut_power()
    board.put({"x": b""})
    board.fill(leave=8192)
    board.power_on()
    with pytest.raises(Trouble, match="its flash is full") as told:
        brought(board, Wanted(a_release("one", bulk=60_000)))
    assert "pullcord rescue" in told.value.lines[1]


def test_the_one_before_makes_room_when_there_is_none(board):
    brought(board, Wanted(a_release("one", bulk=60_000)))
    brought(board, Wanted(a_release("two", bulk=60_000, seed=2)))
    runs(board, "two")
    board.cut_power()
    board.fill(leave=40_000)
    board.power_on()
    brought(board, Wanted(a_release("three", bulk=60_000, seed=3)))
    runs(board, "three")


def test_a_pack_that_is_torn_but_complete_is_sent_whole(board):
    """Its check sums say that a module is there that is not."""
    one, two = a_release("one", bulk=9000), a_release("two", bulk=9000)
    brought(board, Wanted(one))
    board.cut_power()
    board.put({"firmware.pack": one.pack[:-100] + bytes(100)})
    board.power_on()
    brought(board, Wanted(two))
    runs(board, "two")


def test_a_release_names_itself_by_its_content():
    assert a_release("one").digest == packs.digest(a_release("one").pack)
    assert isinstance(a_release("one"), Release)
