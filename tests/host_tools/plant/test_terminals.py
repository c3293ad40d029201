"""Expanders and chains of LEDs in the plant file."""

import pytest

from pullcord.plant.compile import compile_plant
from station.core import config as station_config

LIGHT = "light: {kind: tower, pins: {red: GP10, yellow: GP11, green: GP12}}"
CORD = "cord-1: {pin: GP2, does: call, category: quality}"
EXPANDER = "expanders: {exp-1: {kind: %s, address: 0x20, sda: GP4, scl: GP5}}"


@pytest.fixture
def config(plant, profiles):
    """`config(old, new)`: of the first station of the small plant with that change."""

    def build(old, new):
        made = compile_plant(plant(old, new), profiles)[0].config
        assert station_config.problems(made) == []
        return made

    return build


def with_expander(light, kind="pcf8574"):
    return f"{EXPANDER % kind}\n            light: {light}"


def test_a_light_at_an_expander_has_its_bits(config):
    light = "{kind: tower, active: low, expander: exp-1, pins: {red: GPA0, green: GPB7}}"
    made = config(LIGHT, with_expander(light, "mcp23017"))
    assert made["light"] == {"kind": "tower", "active": "low", "pins": {"red": 0, "green": 15}, "expander": "exp-1"}
    bus = {"i2c": 0, "sda": 4, "scl": 5}
    assert made["expanders"] == [{"name": "exp-1", "kind": "mcp23017", "address": 32, "bus": bus}]


def test_an_input_at_an_expander_has_its_bit(config):
    cord = "cord-1: {expander: exp-1, pin: P3, does: call, category: quality}"
    new = f"x\n{' ' * 12}{EXPANDER % 'pcf8574'}\n{' ' * 12}inputs:\n{' ' * 14}{cord}".removeprefix("x\n" + " " * 12)
    item = config(f"inputs:\n{' ' * 14}{CORD}", new)["inputs"][0]
    assert (item["kind"], item["expander"], item["pin"], item["active"]) == ("expander", "exp-1", 3, "low")
    assert "pull" not in item


def test_a_chain_of_leds_has_tiers_in_order(config):
    made = config(LIGHT, "light: {kind: tower, pixels: {pin: GP9, each: 4, tiers: [green, yellow, red]}}")
    assert made["light"]["pins"] == {"green": 0, "yellow": 1, "red": 2}
    assert made["light"]["pixels"] == {"pin": 9, "each": 4, "brightness": 80}
    assert config(LIGHT, "light: {kind: rgb, pixels: {pin: GP9}}")["light"]["pins"] == {"red": 0, "green": 1, "blue": 2}


@pytest.mark.parametrize(
    ("light", "wrong"),
    [
        ("{kind: tower, expander: exp-2, pins: {red: P0, green: P1}}", "there is no such expander at this station"),
        ("{kind: tower, expander: exp-1, pins: {red: P0, green: P9}}", "P9: a pcf8574 has no such pin: did you mean P"),
        ("{kind: tower, expander: exp-1, pins: {red: P0, green: P0}}", "is used by light.pins.red: one of its own"),
        ("{kind: tower, pixels: {pin: GP9, tiers: [red]}}", "a tower has red and green at least"),
        ("{kind: tower, pixels: {pin: GP9, tiers: [red, green]}, pins: {red: GP1}}", "LEDs in a chain have no pins"),
        ("{kind: tower, pixels: {pin: GP4, tiers: [red, green]}}", "this pin is used by"),
        ("{kind: tower}", "light.pins: nothing: is missing"),
    ],
)
def test_what_does_not_fit_is_told(problems, light, wrong):
    assert wrong in "\n".join(problems(LIGHT, with_expander(light)))


def test_what_is_counted_is_of_the_kind_pulse_and_a_mark_or_a_cycle(config, problems):
    cycle = "cord-1: {pin: GP2, does: cycle, counted: true, stable_ms: 5}"
    item = config(CORD, cycle)["inputs"][0]
    assert item["kind"] == "pulse" and item["pull"] == "up" and "counted" not in item
    (line,) = problems(CORD, CORD.replace("does", "counted: true, does"))
    assert line.endswith("does: call: is nothing to count: cycle or mark")
    assert "too long for a counter" in problems(CORD, cycle.replace("stable_ms: 5", "stable_ms: 31"))[0]


def test_a_fifth_counter_is_one_more_than_the_chip_has(config, problems):
    cycles = ("\n" + 14 * " ").join(
        f"cycle-{number}: {{pin: GP{number}, does: cycle, counted: true}}" for number in range(2, 7)
    )
    (line,) = problems(CORD, cycles)
    assert line.endswith("inputs.cycle-6.counted: true: the chip has no counter left: at most 4 that are counted")


def test_pins_that_are_no_bus_are_refused(problems):
    (line,) = problems(LIGHT, LIGHT + "\n            " + (EXPANDER % "pcf8574").replace("scl: GP5", "scl: GP7"))
    assert "these pins of Raspberry Pi Pico W are not one i2c" in line
