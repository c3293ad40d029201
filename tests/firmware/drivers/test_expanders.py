"""Inputs and lights at I2C expanders, by models of the chips; a bus that is missing, stuck or recovering."""

from a_board import board

from pullcord.sim import wires
from pullcord.sim.chips.expanders import HeldBus
from station.drivers.expanders import ExpanderLights, Expanders, open_expanders

SCL, SDA = 5, 4
BUS = {"i2c": 0, "scl": SCL, "sda": SDA}
PCF = {"name": "exp-1", "kind": "pcf8574", "address": 32, "bus": BUS}
MCP = {"name": "exp-2", "kind": "mcp23017", "address": 33, "bus": BUS}
CORD = {"name": "cord-1", "kind": "expander", "expander": "exp-1", "pin": 3, "active": "low"}
ACK = {"name": "ack", "kind": "expander", "expander": "exp-2", "pin": 12, "active": "low"}
LIGHT = {"kind": "tower", "active": "low", "pins": {"red": 0, "yellow": 1, "green": 2}, "expander": "exp-1"}


class Bench:
    def __init__(self, light=LIGHT):
        machine, self.world, _ = board()
        config = {"expanders": [PCF, MCP], "inputs": [CORD, ACK], "light": light}
        self.config = config
        for message in wires.at_rest(config):
            self.world.apply(message)
        self.expanders = open_expanders(config, machine)
        self.parts = Expanders(self.expanders, config["inputs"])
        self.lights = ExpanderLights(light, self.expanders[light["expander"]])
        self.pcf, self.mcp = self.world.i2c[32], self.world.i2c[33]
        self.now = 0

    def move(self, item, active):
        self.world.apply(wires.moved(item, active, self.config))

    def after(self, ms):
        told, end = [], self.now + ms
        while self.now < end:
            self.now += 10
            told += self.parts.sample(self.now)
        return told

    def boot(self):
        return self.parts.active_now(self.now), self.after(1000)

    def lit(self):
        return [name for name in self.lights.names if wires.lit(self.config, name, self.world.levels, {})]


def test_contacts_at_both_kinds_of_expander_are_inputs():
    bench = Bench()
    assert bench.boot() == ([], [("exp-1", ""), ("exp-2", "")])
    for item in (CORD, ACK):
        bench.move(item, True)
        assert bench.after(100) == [(item["name"], True)]
        bench.move(item, False)
        assert bench.after(100) == [(item["name"], False)]


def test_a_contact_that_is_closed_at_boot_is_taken_as_settled():
    bench = Bench()
    bench.move(CORD, True)
    assert bench.boot()[0] == ["cord-1"]


def test_a_bounce_at_an_expander_is_rejected_and_counted():
    bench = Bench()
    bench.boot()
    for _ in range(2):
        bench.move(CORD, True)
        bench.after(10)
        bench.move(CORD, False)
        assert bench.after(50) == []
    assert bench.parts.rejected() == {"cord-1": 2}


def test_lights_are_off_from_the_first_moment_and_change_at_once():
    bench = Bench()
    assert bench.lit() == []
    bench.lights.show({"red": True, "green": True})
    assert bench.lit() == ["green", "red"] and bench.pcf.latch & 7 == 0b010
    bench.lights.show({"yellow": True})
    assert bench.lit() == ["yellow"]


def test_lights_at_an_mcp23017_are_lit_by_either_level():
    for active in ("high", "low"):
        bench = Bench(dict(LIGHT, active=active, expander="exp-2", pins={"red": 0, "yellow": 8, "green": 15}))
        assert bench.lit() == []
        bench.lights.show({"red": True, "green": True})
        assert bench.lit() == ["green", "red"]


def test_inputs_of_a_pcf8574_are_never_driven_low():
    bench = Bench()
    bench.boot()
    bench.lights.show({"red": True, "yellow": True, "green": True})
    assert bench.pcf.latch == 0b11111000


def test_a_brown_out_of_the_chip_is_healed():
    bench = Bench(dict(LIGHT, expander="exp-2"))
    bench.boot()
    bench.lights.show({"red": True})
    for chip in (bench.pcf, bench.mcp):
        chip.brown_out()
    bench.move(ACK, True)
    assert bench.after(200) == [("ack", True)]
    assert bench.mcp.registers[0] == 0b11111000 and bench.mcp.levels() & 7 == 0b110


def test_a_bus_that_is_missing_is_a_fault_and_comes_back():
    bench = Bench()
    bench.boot()
    bench.move(CORD, True)
    bench.after(100)
    bench.pcf.plugged = False
    assert bench.after(1000) == [("exp-1", "silent")]
    bench.lights.show({"red": True})  # nothing is raised: the lamp is dark, and the fault says why
    bench.pcf.plugged = True
    bench.move(CORD, False)
    assert sorted(bench.after(1000)) == [("cord-1", False), ("exp-1", "")]
    assert bench.lit() == ["red"]


def test_an_expander_that_is_missing_at_boot_is_told_and_the_other_one_works():
    bench = Bench()
    bench.pcf.plugged = False
    active, told = bench.boot()
    assert active == [] and sorted(told) == [("exp-1", "silent"), ("exp-2", "")]
    bench.move(ACK, True)
    assert bench.after(100) == [("ack", True)]


def test_a_stuck_bus_is_recovered_by_nine_clocks():
    for clocks in (1, 5, 9):
        bench = Bench()
        bench.boot()
        held = HeldBus(bench.world, SCL, SDA, clocks)
        told = bench.after(1500)
        assert held.clocks == 0 and bench.world.held is None
        assert ("exp-1", "silent") in told and told.count(("exp-1", "")) == 1
        assert told.count(("exp-2", "silent")) == told.count(("exp-2", ""))  # it may be back before it is missed
        bench.move(CORD, True)
        assert bench.after(100) == [("cord-1", True)]


def test_a_bus_that_stays_stuck_stays_a_fault_and_is_not_asked_all_the_time():
    bench = Bench()
    bench.boot()
    HeldBus(bench.world, SCL, SDA, 10**6)
    assert sorted(bench.after(10000)) == [("exp-1", "silent"), ("exp-2", "silent")]
    asked, look = [], bench.expanders["exp-1"].look
    bench.expanders["exp-1"].look = lambda now: asked.append(now) or look(now)
    bench.after(10000)
    assert len(asked) == 20


def test_a_single_miss_is_no_fault():
    bench = Bench()
    bench.boot()
    for _ in range(10):
        bench.pcf.plugged = False
        assert bench.after(20) == []
        bench.pcf.plugged = True
        assert bench.after(50) == []
