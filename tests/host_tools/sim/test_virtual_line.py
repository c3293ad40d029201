"""Stations on cables: what they are told of the broker, and that none is left when one fails."""

import json

import pytest

from pullcord.sim.plans import read_plans
from pullcord.sim.runtime import cpython
from pullcord.sim.virtual_line import VirtualLine
from tests.end_to_end.a_line import PLANT

NOWHERE = "mqtt://maria:se%40cret@127.0.0.1:1"


@pytest.fixture(scope="module")
def plans():
    return read_plans(PLANT)


async def test_a_station_gets_its_cables_end_and_the_brokers_password(tmp_path, plans):
    async with VirtualLine(plans[:1], tmp_path, NOWHERE, cpython()) as line:
        (path,) = line.stations
        station = line.stations[path].station
        assert station.state == "running"
        flash = tmp_path / path.replace("/", ".") / "flash"
        link = json.loads((flash / "config.json").read_text())["link"]
        assert (link["host"], link["port"]) == ("127.0.0.1", station.cable.port)
        secrets = json.loads((flash / "secrets.json").read_text())
        assert (secrets["mqtt_user"], secrets["mqtt_password"]) == ("maria", "se@cret")
        assert [bench.path for bench in line.bench.stations()] == [path]
    assert station.state == "off"
    assert plans[0].config["link"]["host"] != "127.0.0.1"


async def test_when_one_station_fails_no_other_goes_on(tmp_path, plans):
    last = plans[4].config["station"].replace("/", ".")
    (tmp_path / last).touch()  # its folder cannot be made
    line = VirtualLine([plans[4], *plans[:3]], tmp_path, NOWHERE, cpython())
    with pytest.raises(FileExistsError, match=last):
        async with line:
            pytest.fail("the line came up")
    assert {bench.station.state for bench in line.stations.values()} == {"off"}
