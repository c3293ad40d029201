"""Supervised loops at the ADC: what a cord, its wire and a pair of pliers do."""

from a_board import board

from pullcord.sim import wires
from station.drivers.inputs import Inputs
from station.drivers.loops import Loops
from station.drivers.sources import open_sources

CORD = {"name": "cord-1", "kind": "loop", "pin": 26, "rest": 32768, "pulled": 21845, "stable_ms": 20}
OTHER = {"name": "cord-2", "kind": "loop", "pin": 27, "rest": 32768, "pulled": 43690, "stable_ms": 20}
BUTTON = {"name": "ack", "pin": 4, "active": "low"}


class Bench:
    """Loops at a board, looked at every 10 ms."""

    def __init__(self, *items):
        machine, self.world, _ = board()
        for item in items:
            self.world.apply(wires.moved(item, False))
        self.loops = Loops(list(items), machine)
        self.now = 0

    def after(self, ms):
        """What was told in that time, each with when."""
        told = []
        end = self.now + ms
        while self.now < end:
            self.now += 10
            told += [(self.now, name, what) for name, what in self.loops.sample(self.now)]
        return told

    def boot(self):
        active = self.loops.active_now(self.now)
        return active, [(name, what) for _, name, what in self.after(1000)]


def test_a_pull_and_letting_go():
    bench = Bench(CORD)
    bench.boot()
    bench.world.apply(wires.moved(CORD, True))
    assert bench.after(100) == [(1030, "cord-1", True)]
    bench.world.apply(wires.moved(CORD, False))
    assert bench.after(100) == [(1130, "cord-1", False)]


def test_a_cut_wire_is_a_fault_within_a_second_and_no_pull():
    for fault in ("open", "short"):
        bench = Bench(CORD, OTHER)
        bench.boot()
        bench.world.apply(wires.broken(CORD, fault))
        told = bench.after(1000)
        assert [(name, what) for _, name, what in told] == [("cord-1", fault)]
        assert told[0][0] - 1000 <= 300


def test_a_mended_wire_is_told_once():
    bench = Bench(CORD)
    bench.boot()
    bench.world.apply(wires.broken(CORD, "open"))
    bench.after(1000)
    bench.world.apply(wires.moved(CORD, False))
    assert [(name, what) for _, name, what in bench.after(1000)] == [("cord-1", "")]


def test_a_wire_that_breaks_while_the_cord_is_pulled_gives_no_second_pull():
    bench = Bench(CORD)
    bench.boot()
    bench.world.apply(wires.moved(CORD, True))
    bench.after(1000)
    bench.world.apply(wires.broken(CORD, "open"))
    assert [what for _, _, what in bench.after(1000)] == ["open"]
    bench.world.apply(wires.moved(CORD, True))
    assert [what for _, _, what in bench.after(1000)] == [""]
    bench.world.apply(wires.moved(CORD, False))
    assert [what for _, _, what in bench.after(1000)] == [False]


def test_from_cut_to_short_is_another_fault():
    bench = Bench(CORD)
    bench.boot()
    bench.world.apply(wires.broken(CORD, "open"))
    bench.after(1000)
    bench.world.apply(wires.broken(CORD, "short"))
    assert [what for _, _, what in bench.after(1000)] == ["short"]


def test_at_boot_it_is_told_that_the_wire_is_whole_because_it_may_have_been_cut_before():
    assert Bench(CORD).boot() == ([], [("cord-1", "")])
    bench = Bench(CORD)
    bench.world.apply(wires.broken(CORD, "open"))
    assert bench.boot() == ([], [("cord-1", "open")])
    bench = Bench(CORD)
    bench.world.apply(wires.moved(CORD, True))
    assert bench.boot() == (["cord-1"], [("cord-1", "")])


def test_what_comes_back_too_soon_is_counted():
    bench = Bench(CORD)
    bench.boot()
    for _ in range(3):
        bench.world.apply(wires.moved(CORD, True))
        bench.after(10)
        bench.world.apply(wires.moved(CORD, False))
        assert bench.after(100) == []
    assert bench.loops.rejected() == {"cord-1": 3}


def test_a_board_that_measures_in_microvolts_reads_the_same():
    class Adc:
        ATTN_11DB = 3

        def __init__(self, pin):
            self.attenuation = None

        def atten(self, attenuation):
            self.attenuation = attenuation

        def read_uv(self):
            assert self.attenuation == 3
            return microvolts

    machine, _, _ = board()

    class Esp32:
        ADC = Adc
        Pin = machine.Pin

    loops = Loops([CORD], Esp32)
    microvolts = 3300000 // 2
    assert loops.active_now(0) == []
    microvolts = 3300000 // 3
    assert loops.active_now(0) == ["cord-1"]
    microvolts = 3120000  # as far as it measures
    for now in range(0, 500, 10):
        loops.sample(now)
    assert loops._loops[0].loop.state == "open"


def test_loops_and_contacts_stand_side_by_side():
    machine, world, _ = board()
    for item in (CORD, BUTTON):
        world.apply(wires.moved(item, False))
    sources = open_sources({"inputs": [CORD, BUTTON], "light": {}}, machine, Flag())
    assert sources.watched == ["cord-1"] and Inputs.watched == ()
    world.apply(wires.moved(BUTTON, True))
    assert sources.active_now(0) == ["ack"]
    world.apply(wires.moved(CORD, True))
    sources.sample(0)
    assert sources.sample(20) == [("cord-1", ""), ("cord-1", True)]
    assert sources.wait_ms(20) == 10 and sources.rejected() == {}


class Flag:
    def set(self):
        pass
