"""Pins that are driven."""

import time

from a_board import board, levels

from station.drivers.outputs import Lights, Output


def test_a_pin_is_off_from_the_first_moment_whatever_its_level():
    machine, world, _ = board()
    Output(16, "high", machine)
    Output(17, "low", machine)
    assert world.levels[16] == 0 and world.levels[17] == 1


def test_on_is_the_active_level():
    machine, world, _ = board()
    for pin, active, on in ((16, "high", 1), (17, "low", 0)):
        output = Output(pin, active, machine)
        output.set(True)
        assert output.on and world.levels[pin] == on
        output.set(False)
        assert not output.on and world.levels[pin] == 1 - on


def test_a_pin_is_written_only_when_it_changes():
    machine, _, said = board()
    output = Output(16, "high", machine)
    said.clear()
    for _ in range(3):
        output.set(True)
    assert levels(said, 16) == [1]


def test_lights_that_are_not_named_are_off():
    machine, world, _ = board()
    lights = Lights({"red": 10, "green": 12}, "high", machine)
    assert lights.names == ["green", "red"]
    lights.show({"red": True, "green": True})
    assert (world.levels[10], world.levels[12]) == (1, 1)
    lights.show({"green": True})
    assert (world.levels[10], world.levels[12]) == (0, 1)


def test_an_interrupt_lights_yellow_only_when_nobody_has_shown_anything_for_long():
    machine, world, _ = board()
    lights = Lights({"red": 10, "yellow": 11}, "low", machine)
    lights.show({})
    lights.felt(time.ticks_ms())
    assert world.levels[11] == 1
    lights.felt(time.ticks_add(time.ticks_ms(), 1000))
    assert (world.levels[10], world.levels[11]) == (1, 0)
    lights.show({})
    assert world.levels[11] == 1, "what it really was is shown by whoever found out"


def test_a_light_without_yellow_has_nothing_to_light():
    machine, world, _ = board()
    lights = Lights({"red": 10, "green": 12}, "high", machine)
    lights.felt(time.ticks_add(time.ticks_ms(), 1000))
    assert (world.levels[10], world.levels[12]) == (0, 0)
