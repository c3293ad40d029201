"""Which station a board becomes."""

from pathlib import Path

import pytest

from pullcord.plant import boards as board_profiles
from pullcord.plant.bind import bind
from pullcord.plant.load import load
from pullcord.usb.choose import Found, NotChosen, candidates, choose

EXAMPLE = Path(__file__).parents[3] / "docs/examples/plant.yaml"
BOARDS = board_profiles.load()
PICO_W = "Raspberry Pi Pico W"
UID, OTHER = "e66138528361bb32", "e66138528361cc44"
LINE = "assembly/line-1"


@pytest.fixture
def bound(tmp_path):
    """A plant in which st-04 is the board UID."""
    file = tmp_path / "plant.yaml"
    file.write_text(EXAMPLE.read_text())
    return bind(file, BOARDS, f"{LINE}/st-04", UID)


def refused(*arguments) -> str:
    with pytest.raises(NotChosen) as caught:
        choose(*arguments)
    return str(caught.value)


def test_the_plant_file_knows_a_board_by_its_chip(bound):
    assert choose(Found(UID, PICO_W), bound, BOARDS) == f"{LINE}/st-04"


def test_a_person_says_it_for_a_new_board(bound):
    assert choose(Found(OTHER, PICO_W), bound, BOARDS, f"{LINE}/st-01") == f"{LINE}/st-01"
    assert "say which" in refused(Found(OTHER, PICO_W), bound, BOARDS)


def test_a_board_stays_what_it_was(bound):
    assert choose(Found(OTHER, PICO_W, f"acme/{LINE}/st-02"), bound, BOARDS) == f"{LINE}/st-02"
    assert "say which" in refused(Found(OTHER, PICO_W, f"other/{LINE}/st-02"), bound, BOARDS)
    assert "say which" in refused(Found(OTHER, PICO_W, f"acme/{LINE}/st-04"), bound, BOARDS)


def test_a_place_that_is_taken_is_replaced_and_not_flashed(bound):
    spare = Found(OTHER, PICO_W)
    assert "`pullcord replace assembly/line-1/st-04 PORT`" in refused(spare, bound, BOARDS, f"{LINE}/st-04")
    assert "gives this board to assembly/line-1/st-04" in refused(Found(UID, PICO_W), bound, BOARDS, f"{LINE}/st-01")


def test_another_kind_of_board_is_refused():
    plant = load(EXAMPLE, BOARDS)
    words = refused(Found(UID, "Raspberry Pi Pico"), plant, BOARDS, f"{LINE}/st-01")
    assert words.startswith(f"{LINE}/st-01 is to be a Raspberry Pi Pico W, and this is a Raspberry Pi Pico: take a")


def test_only_places_without_a_board_of_that_kind_are_offered(bound):
    free = [f"{LINE}/st-{number:02}" for number in (1, 2, 3, 5)]
    assert candidates(Found(OTHER, PICO_W), bound, BOARDS) == free
    assert candidates(Found(OTHER, "Generic ESP32 module"), bound, BOARDS) == []
