"""A virtual USB board, as the real mpremote and pyserial find it."""

import json
import struct
import subprocess
import sys
import time

import pytest
import serial

from pullcord.sim.usb_image import BLOCK
from pullcord.sim.usb_place import VirtualUsb

pytestmark = pytest.mark.micropython
DEADLINE_S = 60
BUSY = b"import time\nprint('busy')\nwhile True:\n    time.sleep_ms(10)\n"
DOG = b"import machine, time\nmachine.WDT(timeout=300)\nwhile True:\n    time.sleep_ms(10)\n"

WRITE = "with open('%s', 'w') as file: file.write('x' * %d)"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with VirtualUsb(tmp_path_factory.mktemp("usb")) as usb:
        yield usb


@pytest.fixture
def board(desk, request):
    made = desk.add(request.node.name[:60])
    yield made
    made.cut_power()


def mpremote(board, *words):
    command = [sys.executable, "-m", "mpremote", "connect", board.path, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)


def said(board, *words):
    done = mpremote(board, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def heard(board, what, typed=b""):
    """Type something, and read until `what` comes."""
    with serial.Serial(board.path, 115200, timeout=0.05) as port:
        port.write(typed)
        found = b""

        def comes():
            nonlocal found
            found += port.read(200)
            return what in found

        until(comes)
    return found


def image(text, family=0xE48BFF56):
    return b"".join(
        struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, 0x10000000 + 256 * i, 256, i, 2, family)
        + text.ljust(476, b"\0")
        + struct.pack("<I", 0x0AB16F30)
        for i in range(2)
    )


def test_mpremote_runs_code_on_it(board):
    assert said(board, "exec", "import os; print(os.uname().machine)") == "Raspberry Pi Pico W with RP2040\n"


def test_an_error_of_the_code_is_the_boards_own(board):
    done = mpremote(board, "exec", "1/0")
    assert done.returncode == 1 and done.stdout.endswith("ZeroDivisionError: divide by zero\n")
    assert "usb_side" not in done.stdout


def test_mpremote_copies_hashes_and_lists(board, tmp_path):
    (tmp_path / "x.py").write_text("print('hello')\n" * 500)
    said(board, "fs", "cp", str(tmp_path / "x.py"), ":x.py")
    assert "458ff658ea198ca29d6a5b3512f723203c82540bfddaff7116607154dbcd0291" in said(board, "fs", "sha256sum", ":x.py")
    assert said(board, "fs", "ls", ":").split() == ["ls", ":", "7500", "x.py"]


def test_files_outlive_the_power(board):
    said(board, "exec", WRITE % ("kept", 3))
    board.cut_power()
    assert board.files() == {"kept": b"xxx"}
    board.power_on()
    assert said(board, "exec", "print(open('/kept').read())") == "xxx\n"


def test_main_runs_after_a_reset_and_gives_way_to_mpremote(board):
    board.cut_power()
    board.put({"main.py": BUSY})
    board.power_on()
    assert said(board, "exec", "print(len(open('main.py').read()))") == f"{len(BUSY)}\n"
    with serial.Serial(board.path) as port:
        port.write(b"\r\x02\x04")  # friendly again, soft reset
        until(lambda: "busy" in board.log_tail())


def test_an_interrupted_main_ends_at_the_prompt(board):
    board.cut_power()
    board.put({"main.py": BUSY})
    board.power_on()
    assert b"KeyboardInterrupt" in heard(board, b">>> ", b"\r\x03")


def test_a_hard_reset_takes_it_off_the_bus_for_a_moment(board):
    mpremote(board, "exec", "import machine; machine.reset()")
    until(lambda: board.boots[-1] == "hard" and board.line.plugged)
    assert said(board, "exec", "import machine; print(machine.reset_cause() == machine.HARD_RESET)")


def test_the_watchdog_bites(board):
    board.cut_power()
    board.put({"main.py": DOG})
    board.power_on()
    until(lambda: "watchdog" in board.boots)


def test_the_power_goes_in_the_middle_of_the_third_operation(board):
    said(board, "exec", WRITE % ("old", 1))
    board.cut_at(3)
    assert mpremote(board, "exec", WRITE % ("new", 10000)).returncode
    assert board.wait_off(DEADLINE_S) and board.state == "off"
    assert board.files()["old"] == b"x"


def test_an_unplugged_board_runs_on_and_is_found_again(desk, board):
    said(board, "exec", "x = 5")
    with serial.Serial(board.path, timeout=1) as port:
        board.unplug()
        with pytest.raises((serial.SerialException, OSError)):
            port.read(1)
    assert board.path not in desk.listing.read_text()
    board.plug()
    assert board.path in desk.listing.read_text()
    assert said(board, "resume", "exec", "print(x)") == "5\n"


def test_a_slow_line_is_slow(board):
    board.slow(9600)
    assert said(board, "exec", "print('x' * 200)") == "x" * 200 + "\n"
    before = time.monotonic()
    said(board, "resume", "exec", "print('x' * 1000)")
    assert time.monotonic() - before > 1.0


def test_bytes_can_get_lost(board):
    heard(board, b">>> ", b"\r\x03")
    with serial.Serial(board.path, timeout=1) as port:
        board.lose(2, skip=1)
        port.write(b"abcd")
        assert port.read(2) == b"ad"


def revision(block):
    """How often littlefs has renewed this block of a pair."""
    return int.from_bytes(block[:4], "little")


def test_a_full_flash(board):
    board.cut_power()
    board.put({"a": b"1"})
    board.fill(leave=0)
    board.power_on()
    done = mpremote(board, "exec", WRITE % ("b", 20000))
    assert done.returncode == 1 and "OSError: 28" in done.stdout + done.stderr


def test_an_rp2_reformats_a_damaged_flash_and_an_esp32_does_not(desk, board):
    other = desk.add("damaged-esp32", board="esp32-devkitc", on=False)
    for one in (board, other):
        one.cut_power()
        one.put({"a": b"1"})
        one.damage()
        one.power_on()
    assert said(board, "exec", "import os; print(os.listdir())") == "[]\n"
    assert "corrupted" in other.log_tail()
    other.cut_power()


def test_a_flash_whose_first_block_was_just_being_renewed_is_not_taken_for_a_blank_one(board):
    """littlefs keeps its root in two blocks in turn: the power may go when the first is erased."""
    board.cut_power()
    board.put({f"{number}": b"1" * 600 for number in range(20)})
    with board.flash.open("r+b") as image:
        kept = image.read(2 * BLOCK)
        halves = kept[:BLOCK], kept[BLOCK:]
        image.seek(0)
        image.write(b"\xff" * BLOCK + max(halves, key=revision))
    board.power_on()
    assert "19" in said(board, "exec", "import os; print(os.listdir())")


def test_the_list_says_what_hangs_on_usb(desk, board):
    port = next(port for port in json.loads(desk.listing.read_text())["ports"] if port["device"] == board.path)
    assert (port["vid"], port["pid"], port["serial_number"]) == (0x2E8A, 5, board.uid)


def test_a_bootloader_is_a_drive_until_an_image_is_copied(desk, board):
    mpremote(board, "exec", "import machine; machine.bootloader()")
    until(lambda: str(board.drive.folder) in desk.listing.read_text())
    (board.drive.folder / "wrong.uf2").write_bytes(image(b"MicroPython v9.9.9", family=0xE48BFF59))
    (board.drive.folder / "half.uf2").write_bytes(image(b"MicroPython v1.30.1")[:512])
    board.cut_power()
    board.power_on()
    assert board.state == "uf2", "half an image does not run"
    (board.drive.folder / "whole.uf2").write_bytes(image(b"MicroPython v1.30.1"))
    until(lambda: board.state == "running" and board.line.plugged)
    assert not board.drive.folder.exists()
    assert said(board, "exec", "import os; print(os.uname().release)") == "1.30.1\n"
