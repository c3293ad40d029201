"""Ports are known again by their board, or by the socket they are in."""

from pullcord.usb.plugged import boards_only, follow, identity
from pullcord.usb.ports import Port


def port(device="/dev/ttyACM0", number="e6614103e7452b2f", location="1-1.2", vid=0x2E8A, pid=5):
    return Port(device, vid, pid, number, location, "", "")


def test_a_board_has_its_own_number_and_a_bridge_its_socket():
    assert identity(port()) == "number e6614103e7452b2f"
    assert identity(port(number="0001")) == "socket 1-1.2"
    assert identity(port(number="", location="")) == "port /dev/ttyACM0"


def test_only_boards_are_talked_to():
    scale = port("/dev/ttyUSB1", vid=0x0403, pid=0x6001)
    assert boards_only(["2e8a:0005"], lambda: [port(), scale])() == [port()]


def test_a_board_is_followed_to_its_new_name():
    there = [port()]
    device = follow("/dev/ttyACM0", lambda: there)
    assert device() == "/dev/ttyACM0"
    there[:] = [port(number="0123456789abcdef")]
    assert device() is None, "another board has that name now"
    there.append(port("/dev/ttyACM1"))
    assert device() == "/dev/ttyACM1"


def test_a_board_may_be_named_by_its_number():
    assert follow("e6614103e7452b2f", lambda: [port()])() == "/dev/ttyACM0"


def test_a_link_of_the_system_names_a_port_too(tmp_path):
    real = tmp_path / "ttyACM0"
    real.touch()
    by_id = tmp_path / "usb-Raspberry_Pi"
    by_id.symlink_to(real)
    assert follow(str(by_id), lambda: [port(str(real))])() == str(real)


def test_a_port_that_is_not_by_usb_is_there_or_not(tmp_path):
    device = follow(str(tmp_path / "ttyS0"), list)
    assert device() is None
    (tmp_path / "ttyS0").touch()
    assert device() == str(tmp_path / "ttyS0")
