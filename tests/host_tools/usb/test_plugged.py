"""Ports are known again by their board, or by the socket they are in."""

import json

from pullcord.usb.plugged import Plugged, follow, known, plugged

PICO = {"device": "/dev/ttyACM0", "vid": 0x2E8A, "pid": 5, "serial_number": "e6614103e7452b2f", "location": "1-1.2"}
BRIDGE = {"device": "/dev/ttyUSB0", "vid": 0x10C4, "pid": 0xEA60, "serial_number": "0001", "location": "1-1.3"}


def test_a_board_has_its_own_number_and_a_bridge_its_socket(tmp_path, monkeypatch):
    listing = tmp_path / "usb.json"
    listing.write_text(json.dumps({"ports": [PICO, BRIDGE]}))
    monkeypatch.setenv("PULLCORD_USB", str(listing))
    assert plugged() == [
        Plugged("/dev/ttyACM0", "number e6614103e7452b2f", "2e8a:0005"),
        Plugged("/dev/ttyUSB0", "socket 1-1.3", "10c4:ea60"),
    ]


def test_only_boards_are_talked_to():
    ports = [Plugged("/dev/ttyACM0", "a", "2e8a:0005"), Plugged("/dev/ttyUSB1", "b", "0403:6001")]
    assert known(["2e8a:0005"], lambda: ports) == ports[:1]


def test_a_board_is_followed_to_its_new_name():
    ports = [Plugged("/dev/ttyACM0", "number 1", "2e8a:0005")]
    device = follow("/dev/ttyACM0", lambda: ports)
    assert device() == "/dev/ttyACM0"
    ports[:] = [Plugged("/dev/ttyACM0", "number 2", "2e8a:0005")]
    assert device() is None, "another board has that name now"
    ports.append(Plugged("/dev/ttyACM1", "number 1", "2e8a:0005"))
    assert device() == "/dev/ttyACM1"


def test_a_link_of_the_system_names_a_port_too(tmp_path):
    real = tmp_path / "ttyACM0"
    real.touch()
    by_id = tmp_path / "usb-Raspberry_Pi"
    by_id.symlink_to(real)
    assert follow(str(by_id), lambda: [Plugged(str(real), "number 1", "2e8a:0005")])() == str(real)


def test_a_port_that_is_not_by_usb_is_there_or_not(tmp_path):
    device = follow(str(tmp_path / "ttyS0"), list)
    assert device() is None
    (tmp_path / "ttyS0").touch()
    assert device() == str(tmp_path / "ttyS0")
