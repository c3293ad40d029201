"""From the plant file to virtual stations."""

import pytest

from pullcord.plant.problems import PlantError
from pullcord.sim.plans import read_plans
from tests.end_to_end.a_line import PLANT


def test_each_station_has_a_plan_and_the_cards_that_it_may_take():
    plans = {plan.config["station"].split("/")[-1]: plan for plan in read_plans(PLANT)}
    assert list(plans) == ["st-01", "st-02", "st-03", "st-04", "st-05"]
    assert plans["st-03"].labels[0].label == "bolt-m8 0001"
    assert len(plans["st-03"].labels) == 24
    assert [card.label for card in plans["st-04"].labels] == ["maria", "jonas"]
    assert plans["st-05"].labels == []


def test_each_station_says_what_is_wired_to_which_pin():
    plans = {plan.config["station"].split("/")[-1]: plan for plan in read_plans(PLANT)}
    assert plans["st-01"].board == "Raspberry Pi Pico W"
    assert ("GP10", "light red") in plans["st-01"].wiring
    assert ("GP16", "permit") in plans["st-04"].wiring


def test_a_wrong_plant_file_is_no_line(tmp_path):
    (tmp_path / "plant.yaml").write_text("format: 1\n")
    with pytest.raises(PlantError):
        read_plans(tmp_path / "plant.yaml")
