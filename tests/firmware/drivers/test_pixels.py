"""A stack light of addressable LEDs."""

from a_board import board

from station.drivers import pixels
from station.drivers.pixels import PixelLights

CHAIN = {"pin": 9, "each": 3, "brightness": 100}
TOWER = {"kind": "tower", "active": "high", "pins": {"red": 0, "yellow": 1, "green": 2}, "pixels": CHAIN}
RGB = {"kind": "rgb", "active": "high", "pins": {"red": 0, "green": 1, "blue": 2}, "pixels": CHAIN}
DARK = [0, 0, 0]


def chain(light):
    machine, _, said = board()
    return PixelLights(light, machine), said


def shown(said):
    return [message["pixels"] for message in said if "pixels" in message]


def test_all_leds_are_dark_from_the_first_moment():
    for light, count in ((TOWER, 9), (RGB, 3)):
        _, said = chain(light)
        assert shown(said) == [[DARK] * count]


def test_a_tier_is_so_many_leds_of_its_colour():
    lights, said = chain(TOWER)
    lights.show({"yellow": True})
    assert shown(said)[-1] == [DARK] * 3 + [[100, 50, 0]] * 3 + [DARK] * 3
    lights.show({"red": True, "green": True})
    assert shown(said)[-1] == [[100, 0, 0]] * 3 + [DARK] * 3 + [[0, 100, 0]] * 3


def test_one_light_of_all_colours_mixes_them():
    lights, said = chain(RGB)
    lights.show({"red": True, "green": True})
    assert shown(said)[-1] == [[100, 100, 0]] * 3
    lights.show({"blue": True})
    assert shown(said)[-1] == [[0, 0, 100]] * 3


def test_the_chain_is_written_when_it_changes_and_again_each_second():
    lights, said = chain(TOWER)
    lights.show({"red": True})
    before = len(shown(said))
    for _ in range(10):
        lights.show({"red": True})
    assert len(shown(said)) == before
    lights._at -= pixels.AGAIN_MS
    lights.show({"red": True})
    assert len(shown(said)) == before + 1
