"""What a change of the plant file means."""

import pytest

from pullcord.plant import diff
from pullcord.plant.compile import compile_plant


@pytest.fixture
def differences(plant):
    def told(old, new):
        return [str(one) for one in diff.of_files(plant(), plant(old, new))]

    return told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("quantity: 20", "quantity: 25", ["~ loops.bolt.quantity: 20 -> 25"]),
        ('"04a1b2c3"]', '"04a1b2c4"]', ["- loops.bolt.cards: 04a1b2c3", "+ loops.bolt.cards: 04a1b2c4"]),
        ("quantity: 20", "quantity: 20\n    safety: 0.2", ["+ loops.bolt.safety: 0.2"]),
        ('  maria: {badge: "04b0b1b2b30001"}', "  {}", ["- people.maria: a mapping"]),
        ("[60, 180]", "[60, 180, 300]", ["+ andon.categories.quality.escalate_s: 300"]),
        ("quality: {", "quality:   {", []),
    ],
)
def test_each_key_that_differs_is_told(differences, old, new, told):
    assert differences(old, new) == told


def test_an_order_that_differs_is_told(differences):
    told = differences('"04a1b2c3d40001", "04a1b2c3"', '"04a1b2c3", "04a1b2c3d40001"')
    assert told == ["~ loops.bolt.cards: 04a1b2c3d40001, 04a1b2c3 -> 04a1b2c3, 04a1b2c3d40001"]


def test_stations_that_get_something_new_are_told(plant, profiles):
    def stations(old, new):
        before, after = (compile_plant(one, profiles) for one in (plant(), plant(old, new)))
        return [(station.path[-5:], station.what) for station in diff.of_stations(before, after)]

    assert stations("takt_s: 60", "takt_s: 70") == [("st-01", "config"), ("st-02", "config")]
    assert stations('"04a1b2c3"]', '"04a1b2c4"]') == [("st-02", "cards")]
    assert stations("quantity: 20", "quantity: 25") == []
    added = "          st-03: {board: raspberry-pi-pico-w, light: {kind: tower, pins: {%s}}}\n          st-02:"
    pins = "red: GP10, yellow: GP11, green: GP12"
    assert stations("          st-02:", added % pins) == [("st-03", "added")]
