"""A virtual ESP32 without MicroPython: the real esptool puts it in, and it starts."""

import time

import pytest

from pullcord.images.recognise import recognise
from pullcord.sim.usb_place import VirtualUsb
from pullcord.usb import esptool
from tests.host_tools.images import an_image

DEADLINE_S = 30.0

pytestmark = pytest.mark.micropython


def test_a_new_esp32_gets_its_image_and_starts(tmp_path):
    file = tmp_path / "image.bin"
    file.write_bytes(an_image.esp(version="1.26.0"))
    with VirtualUsb(tmp_path / "usb") as usb:
        board = usb.add("esp-1", board="esp32-devkitc", blank=True)
        assert board.state == "mute"
        esptool.write(board.path, file, recognise(file.read_bytes()))
        deadline = time.monotonic() + DEADLINE_S
        while board.state != "running":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert board.release == "1.26.0"
