"""From a bare board to a checked station, as a person at a terminal sees it. The recording stands in the docs.

`make recording` writes it anew; otherwise this test holds it current, but for times, hashes and names made at random.
"""

import asyncio
import os
import pty
import re
import select
import sys
import tempfile
import termios
import time
from pathlib import Path

import pytest

from pullcord.line import address
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.plant.secret_store import SecretStore, Wifi
from pullcord.sim import wires
from tests.end_to_end.a_desk import ROOT, desk
from tests.end_to_end.a_hand import Hand
from tests.host_tools.usb import a_crate

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]
RECORDING = ROOT / "docs" / "technicians" / "first-board.txt"
DEADLINE_S = 120.0
UID = "e661385283614d2f"
WIDTH = 150
ASKED = "[y/n, r: once more] "
PLANT = """\
format: 1
site: {name: acme}
broker: {host: 127.0.0.1, port: %d}
andon:
  categories:
    quality: {stop: never}
    material: {stop: never}
areas:
  assembly:
    lines:
      line-1:
        stations:
          st-01:
            board: raspberry-pi-pico-w
            uid: "%s"
            light: {kind: tower, pins: {red: GP10, yellow: GP11, green: GP12}}
            buzzer: GP15
            inputs:
              cord: {pin: GP26, does: call, category: quality,
                     loop: {end_ohm: 4700, contact_ohm: 4700, pull_up_ohm: 4700, tolerance_percent: 1}}
              material: {pin: GP3, does: call, category: material, via: button}
"""


class Terminal:
    """What was typed and shown, one command after the other; `hand` does what a check asks for."""

    def __init__(self, folder: Path, environment: dict[str, str], hand: Hand) -> None:
        self.shown = ""
        self._folder, self._hand = folder, hand
        self._environment = os.environ | environment | {"COLUMNS": str(WIDTH), "NO_COLOR": "1"}

    def run(self, typed: str, *words: str, term: str = "xterm") -> int:
        """`typed` is how it stands in the recording; the exit code. A dumb terminal shows no progress that moves."""
        self.shown += f"$ {typed}\n"
        pid, terminal = pty.fork()
        if pid == 0:
            termios.tcsetwinsize(0, (40, WIDTH))
            os.chdir(self._folder)
            command = [sys.executable, "-m", "pullcord.cli", *words]
            os.execve(sys.executable, command, self._environment | {"TERM": term})
        deadline, line = time.monotonic() + DEADLINE_S, ""
        while (data := self._read(terminal)) is not None:
            assert time.monotonic() < deadline, self.shown
            line += data
            *whole, line = line.split("\n")
            for one in whole:
                self.shown += one + "\n"
                self._hand.tell(one)
            if line.endswith(ASKED):
                answer = self._hand.ask(line)
                os.write(terminal, answer.encode() + b"\n")
                self._echo(terminal, answer)
                self.shown += line + answer + "\n"
                line = ""
        self.shown += line + "\n"
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _read(self, terminal: int) -> str | None:
        """What came; None when it has ended."""
        if not select.select([terminal], [], [], 0.5)[0]:
            return ""
        try:
            return os.read(terminal, 4000).decode(errors="replace").replace("\r", "")
        except OSError:
            return None

    def _echo(self, terminal: int, answer: str) -> None:
        """The terminal shows what is typed, by itself."""
        seen = ""
        while not seen.endswith(answer + "\n"):
            seen += self._read(terminal) or ""


def steady(text: str, names: dict[str, str]) -> str:
    """Without what differs from run to run."""
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).splitlines()
    for found, shown in names.items():
        # in a table the columns stay where they are
        lines = [line.replace(found, shown.ljust(len(found)) if "│" in line else shown) for line in lines]
    text = "\n".join(lines)
    text = re.sub(r"\d{8}T\d{6}", "20261125T060000", text)
    text = re.sub(r"config: [0-9a-f]{12}", "config: 0f3ac0ffee12", text)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def recorded(made, folder: Path) -> str:
    """The whole flow; the text of the terminal."""
    file = folder / "plant.yaml"
    file.write_text(PLANT % (address.read(made.broker).port, UID))
    with SecretStore.beside(file).changing() as secrets:
        secrets.wifi[""] = Wifi(ssid="HALL", password="a password")
    images = a_crate.images(folder)
    profiles = board_profiles.load()
    [station] = compile_plant(load(file, profiles), profiles)
    board = made.usb.add("pico", uid=UID, blank=True)
    for message in wires.at_rest(station.config):
        board.say(message)
    environment = made.usb.environment | {"PULLCORD_IMAGES": str(images)}
    terminal = Terminal(folder, environment, Hand(board, station.config))
    assert terminal.run("pullcord boards", "boards") == 0
    assert terminal.run("pullcord image list", "image", "list") == 0
    assert terminal.run("pullcord flash --all", "flash", "--all", term="dumb") == 0
    assert terminal.run("pullcord boards", "boards") == 0
    code = terminal.run('pullcord check /dev/ttyACM0 --by "Maria Kern"', "check", board.path, "--by", "Maria Kern")
    names = {board.path: "/dev/ttyACM0", str(board.drive.folder): "/media/RPI-RP2", str(images): "images"}
    text = steady(terminal.shown, names)
    assert code == 0, text
    return text


@pytest.fixture
def folder():
    """With a short name, and of the same length everywhere: it stands in tables."""
    with tempfile.TemporaryDirectory(prefix="pc", dir="/tmp") as made:
        yield Path(made)


async def test_the_recording_of_a_first_board_is_current(folder):
    async with desk(folder) as made:
        text = await asyncio.to_thread(recorded, made, folder)
    if os.environ.get("PULLCORD_RECORD") == "yes":
        RECORDING.write_text(text)
    assert RECORDING.read_text() == text, "what a person sees has changed: run `make recording`, and read it"
