"""A board is known again by its place, as a port and as a drive."""

import pytest

from pullcord.usb import ports
from pullcord.usb.place import Place, all_places
from pullcord.usb.ports import Port


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Linux with two Picos: one as a drive at 1-1.3, one as a port at 1-1.4."""
    drive = tmp_path / "media" / "RPI RP2"
    drive.mkdir(parents=True)
    (drive / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 {str(drive).replace(' ', chr(92) + '040')} vfat rw 0 0\n")
    block = tmp_path / "devices" / "usb1" / "1-1" / "1-1.3" / "1-1.3:1.0" / "host2" / "block" / "sdb" / "sdb1"
    block.mkdir(parents=True)
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "sdb1").symlink_to(block)
    monkeypatch.delenv(ports.VARIABLE, raising=False)
    monkeypatch.setattr(ports, "MOUNTS", mounts)
    monkeypatch.setattr(ports, "BLOCKS", tmp_path / "block")
    port = Port("/dev/ttyACM0", 0x2E8A, 5, "e661", "1-1.4:1.0", "MicroPython", "Board in FS mode")
    monkeypatch.setattr(ports, "_ports", lambda: [port])
    return drive


def test_a_drive_is_found_with_its_place_on_the_bus(system):
    [drive] = ports.drives()
    assert (drive.path, drive.location, drive.model) == (system, "1-1.3", "Raspberry Pi RP2")
    assert [place.location for place in all_places()] == ["1-1.3", "1-1.4:1.0"]


def test_the_port_of_a_board_that_was_a_drive_is_at_the_same_place(system):
    assert Place("1-1.4", "").port().device == "/dev/ttyACM0"
    assert Place("1-1.3:1.0", "/dev/ttyACM1").drive().path == system
    assert Place("1-1.3", "").port() is None
    assert Place("1-1.4:1.2", "").port() is None


def test_where_the_system_says_no_place_the_name_is_all_there_is():
    assert str(Place("", "/dev/ttyUSB0")) == "/dev/ttyUSB0"
    assert str(Place("1-1.3", "")) == "USB 1-1.3"
