"""A plant file is put in force while the line runs: the station takes it by itself, also one that was off meanwhile."""

import copy

import pytest

from pullcord.line.log_reader import LogReader
from pullcord.line.plant_change import undone
from pullcord.line.updates import digest
from pullcord.plant import boards
from pullcord.plant.version import version
from tests.benchmarks._station import PLANT, plant_side, station
from tests.benchmarks.apps.hurried import SPEED

pytestmark = [pytest.mark.mosquitto, pytest.mark.micropython]
DEADLINE_S = 60.0
NAME = "st-09"
# the fullest station of the example, without a chip that would find the hurried time strange
CHIP = """\
                kind: mfrc522
                role: badge
                pins: {ok: GP20, bad: GP21}
                bus: {sck: GP18, mosi: GP19, miso: GP0, cs: GP17, reset: GP22}
"""
STAND_IN = "                kind: stand_in\n                role: badge\n"
TEXT = PLANT.read_text().replace("st-04:", f"{NAME}:").replace(CHIP, STAND_IN)
LATER = TEXT.replace("mute_s: 120", "mute_s: 77")
ANOTHER_BADGE = LATER.replace("04b0b1b2b30002", "04b0b1b2b30003")


async def test_a_station_takes_what_is_put_in_force_and_what_is_taken_back(tmp_path):
    assert CHIP not in TEXT
    reader = {"name": "badge", "kind": "stand_in", "role": "badge", "pins": {}}
    changes = {"takt": {"takt_s": 86400, "overrun_percent": 20, "calls": ""}, "readers": [reader]}
    async with plant_side(SPEED) as plant, station(plant, 320, name=NAME, app="hurried", **changes) as seen:
        where = {key: seen.bench.config["link"][key] for key in ("host", "port")}
        plant.service.fit = lambda path, config: at(config, where) if path == seen.path else None

        async def put(text):
            made = version("plant.yaml", text, boards.load())
            assert await plant.service.declare(made.declared, "maria", made.filed) is not None
            return wanted(made)

        def wanted(made):
            (found,) = [one for one in made.stations if one.path == seen.path]
            lines = "".join(",".join(card) + "\n" for card in found.cards)
            return found.config["hash"], digest(lines)

        async def until_it_runs_by(hashes):
            def runs(state):
                return (state["config"]["hash"], state["cards"]["hash"]) == hashes

            await seen.until(runs, DEADLINE_S)
            (progress,) = [one for one in plant.service.rollout() if one.station == seen.path]
            assert progress.has, progress.why

        first = await put(TEXT)
        await until_it_runs_by(first)
        await seen.station.cut_power()
        await put(LATER)
        latest = await put(ANOTHER_BADGE)
        await seen.station.restore_power()
        await until_it_runs_by(latest)
        log = LogReader(plant.service.store.place)
        for _ in range(2):
            old, declared = undone(log)
            await plant.service.declare(declared, "maria", old.filed)
        log.close()
        await until_it_runs_by(first)
        faults = [event["data"] for event in seen.events() if event["type"] == "pullcord.station.faulted.v1"]
        assert faults == []


def at(config, where):
    moved = copy.deepcopy(config)
    moved["link"].update(where)
    return moved
