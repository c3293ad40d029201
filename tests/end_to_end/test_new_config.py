"""A new config comes over the network, and the station takes it by itself: compiled firmware, ten times as fast."""

import copy

import pytest

from pullcord.plant.compile import content_hash
from tests.benchmarks._station import plant_side, station
from tests.benchmarks.apps.hurried import SPEED

pytestmark = [pytest.mark.mosquitto, pytest.mark.micropython]
DEADLINE_S = 40.0


async def test_the_station_restarts_when_it_is_quiet_and_runs_by_the_new_config():
    # nothing that calls by itself meanwhile, and no chip that finds the time strange
    changes = {"takt": {"takt_s": 86400, "overrun_percent": 20, "calls": ""}, "readers": []}
    async with plant_side(SPEED) as plant, station(plant, 320, name="st-09", app="hurried", **changes) as seen:
        config = copy.deepcopy(seen.bench.config)
        config["andon"]["mute_s"] = 77
        config.update(version=2, hash=content_hash(config))
        plant.service.provide(seen.path, config=config)
        await seen.until(lambda state: state.get("update", {}).get("result") == "stored", DEADLINE_S)
        await seen.until(lambda state: state["config"] == {"version": 2, "hash": config["hash"]}, DEADLINE_S)
        assert seen.station.boots == ["power_on", "soft"]
        await seen.receipted()
        types = [event["type"].removeprefix("pullcord.station.") for event in seen.events()]
        assert [kind for kind in types if kind in ("started.v1", "updated.v1")] == [
            "started.v1",
            "updated.v1",
            "started.v1",
        ]
        faults = [event["data"] for event in seen.events() if event["type"] == "pullcord.station.faulted.v1"]
        assert faults == []
