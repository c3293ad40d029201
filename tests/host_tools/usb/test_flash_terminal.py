"""`pullcord flash` as a person at a terminal sees it: a line a board, a question where one is needed."""

import os
import pty
import select
import signal
import sys
import time

import pytest

from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.usb import a_crate

pytestmark = pytest.mark.micropython
DEADLINE_S = 90.0


class Terminal:
    def __init__(self, desk, *words):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell that runs the tests in the background ignores it
            environment = {**os.environ, **desk.environment, "TERM": "xterm", "COLUMNS": "140"}
            os.execve(sys.executable, [sys.executable, "-m", "pullcord.cli", *words], environment)

    def until(self, words):
        deadline = time.monotonic() + DEADLINE_S
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen
            assert self.read(), self.seen

    def read(self):
        if not select.select([self.fd], [], [], 1.0)[0]:
            return True
        try:
            data = os.read(self.fd, 4000)
        except OSError:  # it has ended
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)

    def type(self, text):
        os.write(self.fd, text.encode())

    def code(self):
        while self.read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def desk(tmp_path):
    with VirtualUsb(tmp_path / "usb") as made:
        yield made


def words(tmp_path):
    plant, images = a_crate.plant_file(tmp_path, 1, 2), a_crate.images(tmp_path)
    return plant, ("flash", "--all", "--plant", str(plant), "--images", str(images))


def test_a_board_that_nobody_knows_is_asked_for_and_a_slip_is_answered(desk, tmp_path):
    plant, command = words(tmp_path)
    desk.add("known", uid=a_crate.uid(1))
    desk.add("new", uid="e661385283617777")
    terminal = Terminal(desk, *command)
    terminal.until("which station? st-02, st-03 [hall/line-1/st-02]: ")
    terminal.type("st-9\n")
    terminal.until("no such station")
    terminal.type("st-03\n")
    assert terminal.code() == 0, terminal.seen
    assert "2 of 2 work." in terminal.seen
    assert "from now on" in terminal.seen
    assert plant.read_text().partition("st-03:")[2].count("e661385283617777") == 1


def test_ctrl_c_ends_the_work_in_words_and_it_is_completed_later(desk, tmp_path):
    _, command = words(tmp_path)
    board = desk.add("known", uid=a_crate.uid(1))
    board.slow(115200)
    terminal = Terminal(desk, *command)
    terminal.until("firmware and config")
    terminal.type("\x03")
    assert terminal.code() == 1, terminal.seen
    assert "stopped by hand. Run it once more" in terminal.seen
    assert "Traceback" not in terminal.seen
    board.slow(None)
    assert Terminal(desk, *command).code() == 0
