"""The plant file learns which board a station is, and keeps its comments."""

from pathlib import Path

import pytest

from pullcord.plant import boards as board_profiles
from pullcord.plant.bind import CannotBind, bind, station_of

EXAMPLE = Path(__file__).parents[3] / "docs/examples/plant.yaml"
BOARDS = board_profiles.load()
STATION = "assembly/line-1/st-04"
OLD, NEW = "e66138528361bb32", "e66138528361cc44"


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "plant.yaml"
    path.write_text(EXAMPLE.read_text())
    return path


def test_a_board_is_bound_and_nothing_else_changes(file):
    before = file.read_text().splitlines()
    plant = bind(file, BOARDS, STATION, OLD)
    assert station_of(plant, OLD) == STATION
    after = file.read_text().splitlines()
    [added] = [line for line in after if line not in before]
    assert added.split("#")[0].strip().replace('"', "") == f"uid: {OLD}"
    after.remove(added)
    assert after == before


def test_a_spare_takes_the_place_of_the_board_before(file):
    bind(file, BOARDS, STATION, OLD)
    before = file.read_text()
    plant = bind(file, BOARDS, STATION, NEW)
    assert station_of(plant, OLD) is None
    assert file.read_text() == before.replace(OLD, NEW)


def test_a_board_is_one_station_only(file):
    bind(file, BOARDS, STATION, OLD)
    before = file.read_text()
    with pytest.raises(CannotBind, match=f"is {STATION}'s"):
        bind(file, BOARDS, "assembly/line-1/st-01", OLD)
    assert file.read_text() == before


def test_a_file_that_cannot_be_changed_says_what_is_to_stand_there(file):
    file.write_text(file.read_text().replace("          st-04:", "          st-04: &fourth"))
    with pytest.raises(CannotBind, match=f'`uid: "{OLD}"` is to stand at {STATION}'):
        bind(file, BOARDS, STATION, OLD)
    file.write_text("nonsense")
    with pytest.raises(CannotBind):
        bind(file, BOARDS, STATION, OLD)
