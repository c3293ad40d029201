"""The real esptool against a model of the chip's loader, and what it says put into words."""

import sys

import pytest

from pullcord.images.recognise import recognise
from pullcord.sim.esp_rom import EspRom, slip, unslip
from pullcord.usb import esptool
from pullcord.usb.esptool import ImageFailed
from tests.host_tools.images import an_image
from tests.host_tools.usb import an_esp32

IMAGE = an_image.esp() + b"\xa5\xc0\xdb" * 20000


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ESP32_GENERIC.bin"
    path.write_bytes(IMAGE)
    return path


def failure(port, file, **how) -> str:
    with pytest.raises(ImageFailed) as caught:
        esptool.write(port, file, recognise(IMAGE), **how)
    return str(caught.value)


def test_an_image_is_written_where_the_chip_starts_it_and_read_back(file):
    seen = []
    rom = EspRom()
    with an_esp32.plugged(rom) as port:
        esptool.write(port, file, recognise(IMAGE), seen.append)
    assert bytes(rom.flash[0x1000 : 0x1000 + len(IMAGE)]) == IMAGE
    assert seen[-1] == 100


def test_a_worn_flash_is_found_by_reading_back(file):
    rom = EspRom()
    rom.spoil = 0x2000
    with an_esp32.plugged(rom) as port:
        assert "its flash is worn" in failure(port, file)


def test_a_chip_that_does_not_answer_says_which_button_to_hold(file):
    rom = EspRom()
    rom.feed = lambda data: b""
    with an_esp32.plugged(rom) as port:
        assert "hold its BOOT button" in failure(port, file)


def test_a_cable_that_is_pulled_says_that_it_is_run_again(file):
    rom = EspRom()
    with an_esp32.plugged(rom, lose_after=60) as port:
        said = failure(port, file)
    assert "run the command again" in said
    with an_esp32.plugged(rom) as port:
        esptool.write(port, file, recognise(IMAGE))
    assert bytes(rom.flash[0x1000 : 0x1000 + len(IMAGE)]) == IMAGE


def test_a_port_that_is_not_there_is_told(file):
    assert "another program has the port open, or the board was unplugged" in failure("/dev/ttyUSB-none", file)


def test_what_esptool_is_told_is_all_that_it_needs(file):
    line = esptool.command("/dev/ttyUSB0", file, recognise(IMAGE), ("esptool",))
    whole = f"esptool --chip esp32 --port /dev/ttyUSB0 --baud 460800 write-flash 0x1000 {file}"
    assert " ".join(line) == whole
    s3 = recognise(an_image.esp("Generic ESP32S3 module with ESP32S3", chip=an_image.ESP32_S3))
    line = esptool.command("/dev/ttyACM0", file, s3, ("esptool",), erase=True)
    assert line[1:3] == ["--chip", "esp32s3"]
    assert line[-3:] == ["--erase-all", "0x0", str(file)]


def test_what_nobody_foresaw_is_told_as_it_was_said(file):
    strange = (sys.executable, "-c", "print('hello'); print('the moon is full'); raise SystemExit(2)")
    assert failure("x", file, program=strange) == "esptool: the moon is full"
    silent = (sys.executable, "-c", "pass")
    assert failure("x", file, program=silent) == "esptool: ended without a word"
    assert "is not installed" in failure("x", file, program=(sys.executable, "-m", "esptool_that_is_missing"))
    assert "cannot be started" in failure("x", file, program=("/no/such/program",))


def test_every_byte_comes_through_a_packet():
    everything = bytes(range(256))
    assert unslip(slip(everything)[1:-1]) == everything
    assert slip(everything).count(b"\xc0") == 2
