"""Cut the power everywhere. For MicroPython.

`power_cut.py REPOSITORY SEED... [--operations N] [--walk CUTS] [--forget]`

Sweep: one run of a station for each seed; at every block operation of it the flash is copied as a cut there
would leave it (before the operation and torn in its middle), and a station boots from the copy.
Walk: a station runs, is cut at random, boots from what is left (which may be cut too), is examined, runs on.
Forget: an event is remembered as confirmed that was never stored, to show that this program notices.
The last line printed is JSON.
"""

import json
import sys

sys.path[:0] = [sys.argv[1] + path for path in ("/tests/firmware/store/littlefs", "/firmware", "/host_tools")]

import random  # noqa: E402

import vfs  # noqa: E402
from ledger import Ledger, Station, examine, format_flash, mount  # noqa: E402

from pullcord.sim.cuts import PowerCut, Ram, torn  # noqa: E402
from pullcord.sim.flash import BLOCK, ERASE, Flash  # noqa: E402
from station.store import atomic, cards  # noqa: E402

BLOCKS = 64


class Score:
    def __init__(self):
        self.figures = {"cuts": 0, "operations": 0, "lost": 0, "invented": 0, "unmountable": 0, "wrong": 0}

    def add(self, where, found):
        self.figures["cuts"] += 1
        for kind, what in found:
            self.figures[kind] += 1
            print("%s: %s: %s" % (where, kind, what))


class Sweep:
    def __init__(self, seed, score):
        self.score = score
        self.seed = seed
        self.ledger = Ledger()
        self.flash = format_flash(BLOCKS)
        self.torn = seed * 7919

    def run(self, operations):
        mount(self.flash, "/flash")
        station = Station(self.ledger, "/flash", self.seed)
        before = self.flash.operations
        self.flash.before = self.cut
        station.boot()
        while self.flash.operations - before < operations:
            station.step()
            if "--forget" in sys.argv and self.ledger.next == 4:
                self.ledger.doing = ("event", b"never stored", b"")
                self.ledger.confirm()
                self.cut(self.flash.operations, "program", 0, b"")
                break
            if station.journal.next % 37 == 0:
                station.boot()
        self.flash.before = None
        self.score.figures["operations"] += self.flash.operations - before
        vfs.umount("/flash")

    def cut(self, number, kind, offset, new):
        self.torn = self.torn * 1103515245 + 12345 & 0x7FFFFFFF
        end = offset + (BLOCK if kind == ERASE else len(new))
        for part in (0.0, (self.torn >> 8 & 0xFFF) / 0x1000):
            image = bytearray(self.flash.cells.data)
            if part:
                image[offset:end] = torn(kind, bytes(image[offset:end]), new, part)
            found = examine(Flash(Ram(0, image), BLOCKS), "/cut", self.ledger)
            where = "seed %d, operation %d (%s at %d, part %.3f)" % (self.seed, number, kind, offset, part)
            self.score.add(where, found)
            unmount("/cut")


def unmount(root):
    if root in [place for _, place in vfs.mount()]:
        vfs.umount(root)


def walk(seed, cuts, score):
    flash = format_flash(BLOCKS)
    ledger = Ledger()
    station = Station(ledger, "/flash", seed)
    for number in range(cuts):
        flash = Flash(flash.cells, BLOCKS, cut_at=random.randint(1, 120), part=random.getrandbits(12) / 4096)
        try:
            mount(flash, "/flash")
            station.boot()
            while True:
                station.step()
        except (PowerCut, OSError):
            if not flash.dead:
                raise
            score.figures["operations"] += flash.operations
        unmount("/flash")
        copy = Flash(Ram(0, bytearray(flash.cells.data)), BLOCKS)
        score.add("walk %d, cut %d" % (seed, number), examine(copy, "/cut", ledger))
        unmount("/cut")
        settle(flash.cells, station)


def settle(cells, station):
    """Let the ledger know whether what was being done when the power went is there."""
    mount(Flash(cells, BLOCKS), "/flash")
    station.boot()
    ledger = station.ledger
    doing = ledger.doing or ("nothing",)
    done = (
        (doing[0] == "event" and station.journal.next > ledger.next)
        or (doing[0] == "checkpoint" and station.journal.checkpoint == doing[1])
        or (doing[0] == "config" and atomic.load("/flash/config.good") == doing[1])
        or (doing[0] == "cards" and cards.CardTable.open("/flash/cards").version == doing[1])
    )
    if done:
        ledger.confirm()
    ledger.doing = None
    vfs.umount("/flash")


def option(name, default):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def main():
    score = Score()
    seeds = []
    for word in sys.argv[2:]:
        if word.startswith("--"):
            break
        seeds.append(int(word))
    for seed in seeds:
        Sweep(seed, score).run(option("--operations", 550))
        if option("--walk", 0):
            walk(seed, option("--walk", 0), score)
    print(json.dumps(score.figures))


main()
