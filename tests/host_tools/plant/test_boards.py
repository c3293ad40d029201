"""Board profiles are facts, with a source, and hold together."""

import pytest

from pullcord.plant import boards
from pullcord.plant.problems import PlantError


def test_every_profile_is_sound(profiles):
    for board in profiles.values():
        gpios = [pin.gpio for pin in board.pins.values()]
        assert len(gpios) == len(set(gpios)), board.id
        assert board.sources


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
