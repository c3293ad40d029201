"""Outputs that say what they really do: a welded relay, a lamp whose bulb or wire is gone."""

from a_board import board

from station.drivers.agreement import STABLE_MS, Agreements
from station.drivers.outputs import Lights, Output

LIGHT = {"active": "high", "pins": {"red": 10, "green": 12}}
PERMIT = {"pin": 16, "active": "high", "readback": {"pin": 17, "active": "low"}}
SENSE = dict(LIGHT, sense={"pins": {"red": 18}, "active": "low"})


class Bench:
    def __init__(self, permit=None, light=LIGHT):
        machine, self.world, _ = board()
        self.relay = Output(16, "high", machine)
        self.lights = Lights(light["pins"], light["active"], machine)
        if permit:
            self.world.mirror(17, 16, False)
        self.parts = Agreements({"permit": permit, "light": light}, machine, self.relay, self.lights)
        self.now = 0

    def after(self, ms, flash=0):
        """What was told in that time; with `flash` the lights change every so many ms."""
        told, end = [], self.now + ms
        while self.now < end:
            self.now += 20
            if flash:
                self.lights.show({"red": self.now // flash % 2 == 0})
            told += self.parts.sample(self.now)
        return told


def test_a_relay_that_does_what_it_was_told_is_no_fault():
    bench = Bench(PERMIT)
    assert bench.parts.watched == ["permit"] and bench.parts.active_now(0) == []
    assert bench.after(1000) == [("permit", "")]
    for on in (True, False, True):
        bench.relay.set(on)
        assert bench.after(1000) == []


def test_a_welded_relay_contact_is_a_mismatch_when_the_permit_drops():
    bench = Bench(PERMIT)
    bench.relay.set(True)
    bench.after(1000)
    bench.world.mirrors.clear()
    bench.relay.set(False)
    assert bench.after(STABLE_MS) == []
    assert bench.after(100) == [("permit", "mismatch")]
    bench.world.set_pin(17, 1)
    assert bench.after(1000) == [("permit", "")]


def test_a_relay_that_does_not_pull_in_is_a_mismatch():
    bench = Bench(PERMIT)
    bench.after(1000)
    bench.world.mirrors.clear()
    bench.relay.set(True)
    assert bench.after(1000) == [("permit", "mismatch")]


def test_the_bounce_of_its_contact_is_no_mismatch():
    bench = Bench(PERMIT)
    bench.after(1000)
    bench.world.mirrors.clear()
    bench.relay.set(True)
    for level in (0, 1, 0, 1, 0):
        bench.world.set_pin(17, level)
        assert bench.after(40) == []
    assert bench.after(1000) == []


def test_a_lamp_without_current_is_an_open_load_also_while_it_flashes():
    for flash in (0, 125, 500):
        bench = Bench(light=SENSE)
        assert bench.parts.watched == ["light-red"]
        bench.lights.show({"red": True})
        assert bench.after(1000, flash) == [("light-red", "")]
        bench.world.set_pin(18, 0)
        assert bench.after(2000, flash) == [("light-red", "open_load")]
        bench.world.set_pin(18, 1)
        assert bench.after(2000, flash) == [("light-red", "")]


def test_a_lamp_that_is_dark_tells_nothing():
    bench = Bench(light=SENSE)
    bench.world.set_pin(18, 0)
    assert bench.after(5000) == []
