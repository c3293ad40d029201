"""A board at work is asked, and not stopped."""

import pytest

from pullcord.usb.asking import ask, may_stop
from pullcord.usb.ports import port_named
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble

pytestmark = pytest.mark.micropython
STATION = b"""
import sys, json, select, binascii
poll = select.poll()
poll.register(sys.stdin, select.POLLIN)
while True:
    if poll.poll(10):
        line = sys.stdin.readline()
        if "#>who" in line:
            body = '#<who 0 0 who ' + json.dumps({"station": "a/b/c/d", "uid": "01", "permit": %s})
            print("noise")
            print(body + " %%08x" %% (binascii.crc32(body.encode()) & 0xFFFFFFFF))
"""
SAFE = b"""
import time
while True:
    print("Pullcord is in safe mode. Correct this over USB, then restart the board:")
    time.sleep(1)
"""
SILENT = b"import time\nwhile True: time.sleep(1)\n"


def running(board, program):
    board.cut_power()
    board.put({"main.py": program})
    board.power_on()
    return Session(port_named(board.path))


def test_a_station_says_who_it_is_and_runs_on(board):
    with running(board, STATION % b"True") as session:
        doing = ask(session)
        assert doing.what == "station" and doing.line_runs and doing.says["station"] == "a/b/c/d"
        assert ask(session).what == "station"
    assert len(board.boots) == 2, "nothing was reset or interrupted"


def test_a_prompt_is_found_whether_friendly_or_raw(board):
    with Session(port_named(board.path)) as session:
        assert ask(session).what == "prompt"
        session.enter()
        assert ask(session).what == "prompt"
        session.enter()
        assert session.exec("print(1)") == "1\n"


def test_safe_mode_is_told(board):
    with running(board, SAFE) as session:
        assert ask(session).what == "safe"


def test_a_program_that_does_not_answer_is_silent(board):
    with running(board, SILENT) as session:
        assert ask(session, patience_s=1).what == "silent"


def test_a_line_that_runs_is_not_stopped_unasked(board):
    with running(board, STATION % b"True") as session:
        with pytest.raises(Trouble, match="the line runs by the permit of a/b/c/d"):
            may_stop(session, stop_the_line=False, interrupt=False)
        assert may_stop(session, stop_the_line=True, interrupt=False).line_runs


def test_a_station_whose_line_stands_may_be_stopped(board):
    with running(board, STATION % b"False") as session:
        assert may_stop(session, stop_the_line=False, interrupt=False).what == "station"


def test_a_silent_program_is_stopped_only_when_told(board):
    with running(board, SILENT) as session:
        with pytest.raises(Trouble, match="does not say what it does"):
            may_stop(session, stop_the_line=False, interrupt=False)
        assert may_stop(session, stop_the_line=False, interrupt=True).what == "silent"
