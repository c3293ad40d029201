"""One session for one job: programs run on the board, and what goes wrong is told in words."""

import threading
import time

import pytest
import serial

from pullcord.usb import snippets
from pullcord.usb.board import back
from pullcord.usb.ports import port_named, ports
from pullcord.usb.session import Session, calling
from pullcord.usb.trouble import BoardError, BoardGone, Trouble

pytestmark = pytest.mark.micropython
BUSY = b"import time\nprint('busy')\nwhile True:\n    time.sleep_ms(10)\n"
STUBBORN = b"""import time
tries = 0
while True:
    try:
        while True:
            time.sleep_ms(5)
    except KeyboardInterrupt:
        tries += 1
        if tries > 2:
            break
"""


@pytest.fixture
def session(board):
    with Session(port_named(board.path)) as made:
        yield made


def test_a_program_runs_and_says_what_it_found(session, board):
    session.enter()
    who = session.call("who")
    assert (who["uid"], who["machine"]) == (board.uid, "Raspberry Pi Pico W with RP2040")
    assert who["station"] is None and who["firmware"] is None and not who["files"]


def test_a_long_program_goes_through_the_window(session):
    session.enter()
    assert session.exec("x = 1\n" * 700 + "print('end')") == "end\n"


def test_an_error_on_the_board_is_told_by_its_last_words(session):
    session.enter()
    with pytest.raises(BoardError, match="ZeroDivisionError"):
        session.exec("1/0")
    assert session.exec("print(2)") == "2\n"


def test_what_runs_is_interrupted(board):
    board.cut_power()
    board.put({"main.py": BUSY})
    board.power_on()
    with Session(port_named(board.path)) as session:
        session.enter()
        assert session.exec("print(3)") == "3\n"


def test_a_program_that_does_not_want_to_stop_is_stopped(board):
    board.cut_power()
    board.put({"main.py": STUBBORN})
    board.power_on()
    with Session(port_named(board.path)) as session:
        session.enter()
        assert session.exec("print(tries)") == "3\n"


def test_a_soft_reset_gives_an_empty_heap_and_starts_nothing(board):
    board.cut_power()
    board.put({"main.py": BUSY})
    board.power_on()
    with Session(port_named(board.path)) as session:
        session.enter()
        session.exec("kept = 1")
        session.enter(fresh=True)
        with pytest.raises(BoardError, match="NameError"):
            session.exec("print(kept)")


def test_a_program_that_does_not_end_meets_a_deadline(session):
    session.enter()
    with pytest.raises(Trouble, match=r"the end of a program did not come within 0\.3 s"):
        session.exec("import time\nwhile True: time.sleep(1)", deadline_s=0.3)
    session.enter()
    assert session.exec("print(4)") == "4\n"


def test_a_cable_pulled_in_the_middle_is_told(session, board):
    session.enter()
    threading.Timer(0.2, board.unplug).start()
    with pytest.raises(BoardGone, match="gone from USB"):
        session.exec("import time\ntime.sleep(30)", deadline_s=30)


def test_a_board_without_power_is_told(session, board):
    session.enter()
    threading.Timer(0.2, board.cut_power).start()
    with pytest.raises(BoardGone, match="gone from USB"):
        session.exec("import time\ntime.sleep(30)", deadline_s=30)


def test_a_port_that_somebody_else_has_is_told_with_his_name(board):
    with serial.Serial(board.path, exclusive=True):
        with pytest.raises(Trouble, match="has this port open"):
            Session(port_named(board.path)).open(deadline_s=0)


def test_a_hard_reset_ends_the_session_and_the_board_comes_back(session, board):
    session.enter()
    session.reset()
    port = back(session.port)
    assert board.boots[-1] == "hard"
    with Session(port) as again:
        again.enter()
        assert again.exec("print(5)") == "5\n"


def test_a_board_that_hangs_at_a_bridge_comes_back_too(desk, board):
    other = desk.add("bridge", board="esp32-devkitc")
    with Session(port_named(other.path)) as session:
        session.enter()
        session.reset()
    assert back(session.port).device == other.path
    other.cut_power()


def test_lost_bytes_end_in_words_and_not_in_a_hang(session, board):
    session.enter()
    board.lose(3, skip=40)
    before = time.monotonic()
    with pytest.raises(Trouble):
        session.exec("x = 1\n" * 60, deadline_s=1)
    assert time.monotonic() - before < 60


def test_a_slow_line_works_as_well(session, board):
    board.slow(19200)
    session.enter()
    assert session.call("who")["uid"] == board.uid


def test_a_port_is_found_by_the_boards_number(board):
    assert port_named(board.uid).device == board.path
    assert board.path in [port.device for port in ports()]
    with pytest.raises(Trouble, match="there is no such port"):
        port_named("/dev/ttyNONE")


def test_what_is_sent_has_no_words_for_people():
    text = snippets.text("who")
    assert '"""' not in text and "#" not in text and "    " not in text
    compile(text, "who", "exec")


def test_only_plain_values_go_to_a_board():
    assert "who(1,'a',b'x')" in calling("who", (1, "a", b"x"))
    with pytest.raises((ValueError, SyntaxError)):
        calling("who", (object(),))
