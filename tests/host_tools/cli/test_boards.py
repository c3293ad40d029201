"""`pullcord boards`: what hangs on USB, and why a port cannot be opened."""

import errno
import json

import pytest

from pullcord.cli.main import run
from pullcord.sim.usb_place import VARIABLE, VirtualUsb
from pullcord.usb.ports import Port, why_closed

DEADLINE_S = 60


@pytest.fixture
def desk(tmp_path, monkeypatch):
    with VirtualUsb(tmp_path) as usb:
        monkeypatch.setenv(VARIABLE, str(usb.listing))
        yield usb


def test_nothing_is_there(desk, capsys):
    assert run(["boards"]) == 0
    assert "No board is at USB" in capsys.readouterr().out


@pytest.mark.micropython
def test_each_board_is_told(desk, capsys):
    pico = desk.add("pico")
    blank = desk.add("blank", blank=True)
    busy = desk.add("busy", on=False)
    busy.put({"main.py": b"import time\nwhile True: time.sleep(1)\n"})
    busy.power_on()
    assert run(["boards", "--json"]) == 0
    found = {one["port"]: one for one in json.loads(capsys.readouterr().out)["boards"]}
    assert found[pico.path]["state"] == "prompt" and found[pico.path]["uid"] == pico.uid
    assert found[pico.path]["board"] == "raspberry-pi-pico-w" and found[pico.path]["micropython"] == "1.29.0"
    assert found[str(blank.drive.folder)]["state"] == "bootloader"
    assert found[busy.path]["state"] == "silent" and "--interrupt" in found[busy.path]["trouble"][0]


def test_a_port_that_may_not_be_opened_names_the_rule_to_install():
    port = Port("/dev/ttyACM0", 0x2E8A, 5, "", "", "", "")
    lines = why_closed("/dev/ttyACM0", OSError(errno.EACCES, "no"), port).lines
    assert "you may not open this port" in lines[0]
    assert 'ATTRS{idVendor}=="2e8a"' in lines[2] and "udev" in lines[1]
