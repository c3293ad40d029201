"""Takt = available time / demand; planned stops are taken out of the time."""

import pytest

from pullcord.plant.asked_takt import asked_takt_s

# 384 min a day: 1,920 min a week
SHIFT = '{early: {from: "06:00", to: "12:39", stops: [{from: "09:00", to: "09:15"}]}'
MAKES = ("stations:\n          st-01:", "makes: [pump]\n        stations:\n          st-01:")


@pytest.fixture
def asked(plant_text, sound):
    def takt(demand, shifts=SHIFT + "}", line=""):
        text = plant_text.replace(MAKES[0], line + MAKES[1], 1)
        head = f"calendar: {{shifts: {shifts}}}\n"
        head += f"items: {{pump: {{name: Pump, demand: {demand}}}, bolt: {{name: Bolt}}}}\n"
        plant = sound(text.replace("item: Bolt M8", "item: bolt").replace("loops:", head + "loops:", 1))
        return asked_takt_s(plant, plant.areas["assembly"].lines["line-1"])

    return takt


def test_1920_minutes_and_960_units_a_week_are_two_minutes(asked):
    assert asked("{pieces: 960, each: week}") == 120


def test_demand_a_day_counts_on_the_days_on_which_somebody_works(asked):
    assert asked("192") == 120


def test_only_the_shifts_of_the_line_count(asked):
    both = SHIFT + ', late: {from: "14:00", to: "22:00"}}'
    assert asked("192", both) == 270
    assert asked("192", both, "shifts: [early]\n        ") == 120


def test_without_demand_or_shifts_nobody_asks(asked):
    assert asked("0") is None
    assert asked("192", "{}") is None
