"""Board profiles are facts, with a source, and hold together."""

import pytest

from pullcord.plant import boards
from pullcord.plant.problems import PlantError


def test_every_profile_is_sound(profiles):
    for board in profiles.values():
        gpios = [pin.gpio for pin in board.pins.values()]
        assert len(gpios) == len(set(gpios)), board.id
        assert board.sources


ISSUED = {
    "raspberry-pi-pico", "raspberry-pi-pico-w", "raspberry-pi-pico-2-w", "w5500-evb-pico",
    "esp32-devkitc", "esp32-s3-devkitc", "olimex-esp32-poe-iso", "wt32-eth01",
}  # fmt: skip


def test_the_boards_that_are_supported(profiles):
    assert set(profiles) == ISSUED


def test_a_board_with_an_ethernet_port_says_how_to_open_it(profiles):
    for board in profiles.values():
        assert bool(board.ethernet) == ("ethernet" in board.network), board.id
        for gpio in board.ethernet.pins.values() if board.ethernet else ():
            pin = next(pin for pin in board.pins.values() if pin.gpio == gpio)
            assert pin.reserved, f"{board.id}: GPIO {gpio} belongs to the Ethernet port"


def test_every_pin_of_the_rp2_has_its_place_in_the_table_of_functions(profiles):
    """SPI, I2C and UART repeat along the pins (RP2040 datasheet, 2.19.2)."""
    for board in profiles.values():
        if not board.chip.startswith("RP2"):
            assert not any(pin.carries for pin in board.pins.values()), board.id
            continue
        for pin in board.pins.values():
            if not pin.reserved:
                assert f"i2c{pin.gpio // 2 % 2}.{'scl' if pin.gpio % 2 else 'sda'}" in pin.carries, board.id
                assert (f"spi{pin.gpio // 8 % 2}.sck" in pin.carries) == (pin.gpio % 4 == 2), board.id
                assert (f"uart{(pin.gpio + 4) // 8 % 2}.tx" in pin.carries) == (pin.gpio % 4 == 0), board.id


def test_a_profile_with_a_wrong_name_is_refused(tmp_path, profiles):
    text = (boards.FOLDER / "raspberry-pi-pico-w.yaml").read_text()
    (tmp_path / "other.yaml").write_text(text)
    with pytest.raises(PlantError, match=r"other\.yaml:2: id: raspberry-pi-pico-w: is not the file's name"):
        boards.load(tmp_path)


def test_a_profile_without_a_source_is_refused(tmp_path):
    text = (boards.FOLDER / "esp32-devkitc.yaml").read_text()
    head, rest = text.split("sources:")
    (tmp_path / "esp32-devkitc.yaml").write_text(head + "pins:" + rest.split("pins:")[1])
    with pytest.raises(PlantError, match=r"sources: .*does not fit"):
        boards.load(tmp_path)


def test_a_folder_without_profiles_is_told(tmp_path):
    with pytest.raises(PlantError, match="holds no board profiles"):
        boards.load(tmp_path)
