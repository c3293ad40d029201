"""A station process with everything at its terminals that is no plain contact or lamp, on the boards' MicroPython."""

import asyncio

import pytest

from pullcord.sim import harness, runtime, wires
from pullcord.sim.bench import StationBench
from pullcord.sim.process import VirtualStation

BUS = {"i2c": 0, "scl": 25, "sda": 24}


def fullest():
    """A watched cord, a counted cycle, a button at an expander, a light of LEDs, a relay that is read back."""
    made = harness.config(
        readers=[],
        expanders=[{"name": "exp-1", "kind": "mcp23017", "address": 32, "bus": BUS}],
        takt={"takt_s": 60, "overrun_percent": 20},
        link={"kind": "none"},
    )
    made["light"].update(pins={"red": 0, "yellow": 1, "green": 2}, pixels={"pin": 9, "each": 4, "brightness": 80})
    made["permit"]["readback"] = {"pin": 17, "active": "high"}
    loop = {"kind": "loop", "pin": 26, "rest": 32768, "pulled": 21845}
    made["inputs"] = [
        {"name": "cord-1", **loop, "does": "call", "category": "quality"},
        {"name": "cycle", "kind": "pulse", "pin": 7, "active": "low", "stable_ms": 5, "does": "cycle"},
        {"name": "restart", "kind": "expander", "expander": "exp-1", "pin": 9, "active": "low", "does": "restart"},
    ]
    return made


async def until(bench, condition, what):
    for _ in range(200):
        if condition(bench.picture()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what}: {bench.picture()}\n{bench.station.log_tail(20)}")


@pytest.mark.micropython
async def test_everything_at_the_terminals_works_in_a_station_process(tmp_path):
    config = fullest()
    station = VirtualStation(
        "st-04", tmp_path, config=config, runtime=runtime.find(), around=wires.at_rest(config), heap_kib=192
    )
    async with station:
        bench = StationBench(station, config)
        await until(bench, lambda seen: seen.lights["red"], "it waits for a restart")
        await bench.press("restart")
        await until(bench, lambda seen: seen.permit and seen.lights["green"], "an expander's button restarts")
        await bench.press("cycle")
        bench.wire("cord-1", "open")
        await until(bench, lambda seen: seen.lights["red"], "a cut wire is on the lamp")
        bench.wire("cord-1", "")
        await until(bench, lambda seen: seen.lights == {"red": False, "yellow": False, "green": True}, "and is over")
        await bench.move("cord-1", True)
        await until(bench, lambda seen: seen.lights["yellow"], "a pull is felt")
        assert station.boots == ["power_on"] and "Traceback" not in station.log_tail(100)
