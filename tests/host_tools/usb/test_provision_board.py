"""A Wi-Fi password that was mistyped is corrected over USB, and nothing else is touched."""

import json

import pytest

from pullcord.sim.usb_place import VirtualUsb
from tests.host_tools.usb import a_crate
from tests.host_tools.usb.a_desk import pullcord

pytestmark = pytest.mark.micropython


def test_a_wrong_wifi_password_is_corrected_at_the_port_and_never_shown(tmp_path):
    plant, images = a_crate.plant_file(tmp_path, 2), a_crate.images(tmp_path)
    where = ("--plant", str(plant))
    with VirtualUsb(tmp_path / "usb") as desk:
        board = desk.add("board", uid=a_crate.uid(1))
        corrected = ("provision", *where, "--port", board.path, "--ssid", "HALL", "--password-stdin")
        done = pullcord(desk, *corrected, input="the right one\n")
        assert done.returncode == 1
        assert "is no station of the plant file yet: `pullcord flash" in done.stderr
        assert pullcord(desk, "flash", "--all", *where, "--images", str(images)).returncode == 0

        done = pullcord(desk, *corrected, input="the right one\n")
        assert done.returncode == 0, done.stderr
        assert "corrected on the board: /secrets.json" in done.stdout
        assert "the right one" not in done.stdout + done.stderr + board.log_tail(1000)
        assert "is acme/hall/line-1/st-01: name that one" in pullcord(desk, *corrected, "st-02", input="x\n").stderr
        board.cut_power()
        assert json.loads(board.files()["secrets.json"])["wifi_password"] == "the right one"
        assert "there is no such port" in pullcord(desk, *corrected, input="the right one\n").stderr
