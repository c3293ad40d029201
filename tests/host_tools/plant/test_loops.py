"""Resistors of a supervised loop become readings, and those that cannot work are refused."""

import pytest

from pullcord.plant.loops import objection, readings
from pullcord.plant.model import Input, SupervisedLoop

CORD = "pin: GP2, does: call"


def wired(pin, end=4700, more=""):
    """The cord of the small plant, as a loop."""
    return f"pin: {pin}, {more}loop: {{end_ohm: {end}, contact_ohm: 4700, pull_up_ohm: 4700}}, does: call"


def loop(end, beside, up, contact="open", percent=5):
    ohms = SupervisedLoop(end_ohm=end, contact_ohm=beside, pull_up_ohm=up, tolerance_percent=percent)
    return Input(pin="GP26", does="acknowledge", contact=contact, loop=ohms)


def test_the_readings_are_those_of_the_divider():
    assert readings(loop(4700, 4700, 4700)) == (32768, 21845)  # 1/2, and 2350 / 7050
    assert readings(loop(4700, 4700, 4700, "closed")) == (32768, 43690)  # 9400 / 14100
    assert readings(loop(10000, 5000, 10000)) == (32768, 16384)  # 3333 / 13333


@pytest.mark.parametrize("contact", ["open", "closed"])
def test_resistors_that_are_all_alike_work_with_five_percent(contact):
    assert objection(loop(4700, 4700, 4700, contact)) is None


def test_resistors_that_work_on_average_only_are_refused():
    """15 kohm beside 4.7 kohm: 1 % is good enough, 10 % lets rest and pulled overlap."""
    assert objection(loop(4700, 15000, 4700, percent=1)) is None
    assert "told apart" in objection(loop(4700, 15000, 4700, percent=10))[0]


def test_a_loop_that_is_nearly_a_cut_wire_is_refused():
    assert "too near to a cut wire" in objection(loop(47000, 4700, 4700))[0]


def test_a_loop_that_is_nearly_a_short_circuit_is_refused():
    assert "told apart" in objection(loop(4700, 220, 47000))[0]


def test_the_plant_file_refuses_them_with_their_line(problems):
    (line,) = problems(CORD, wired("GP26", end=100))
    assert line.startswith("plant.yaml:19: areas.assembly.lines.line-1.stations.st-01.inputs.cord-1.loop: 100, 4700")


def test_a_pin_that_measures_nothing_is_refused(problems):
    (line,) = problems(CORD, wired("GP2"))
    assert "has no analog converter on Raspberry Pi Pico W: one of GP26, GP27, GP28" in line


def test_a_pin_that_measures_nothing_while_wifi_is_on_is_refused(problems):
    cord = wired("IO27").replace("does: call", "does: acknowledge")
    (line,) = problems("readers:\n", f"inputs: {{ack: {{{cord}}}}}\n            readers:\n")
    assert "(ADC2) of Espressif ESP32-DevKitC V4, which Wi-Fi takes for itself" in line


def test_a_loop_has_neither_level_nor_pull(problems):
    lines = problems(CORD, wired("GP26", more="pull: up, active: low, "))
    assert [line.split(": ")[1].rpartition(".")[2] for line in lines] == ["active", "pull"]
