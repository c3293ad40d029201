"""A card that is laid down at a virtual station comes through the chip's model and the firmware's own driver."""

import asyncio
import json

import pytest

from pullcord.plant import boards
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import runtime, wires
from pullcord.sim.process import VirtualStation
from tests.on_micropython.runner import REPOSITORY

KNOWN, STRANGER = "04a1b2c3d40001", "04ffffffffffff"
RUNTIMES = [pytest.param("micropython", marks=pytest.mark.micropython), "cpython"]


@pytest.fixture(scope="module")
def post():
    """(config, cards) of the kanban post of the example plant, without a network."""
    profiles = boards.load()
    stations = compile_plant(load(REPOSITORY / "docs/examples/plant.yaml", profiles), profiles)
    found = next(station for station in stations if station.path.endswith("/st-03"))
    config = json.loads(json.dumps(found.config))
    config["link"] = {"kind": "none"}
    assert {item["kind"] for item in config["readers"]} == {"mfrc522"}
    return config, [(card.uid, card.loop, card.here, card.state) for card in found.cards]


@pytest.mark.parametrize("name", RUNTIMES)
async def test_the_answer_light_of_the_reader_that_was_tapped(tmp_path, post, name):
    config, cards = post
    on = runtime.micropython() if name == "micropython" else runtime.cpython()
    around = wires.at_rest(config)
    lights = {item["name"]: item["pins"] for item in config["readers"]}
    settings = {"config": config, "cards": cards, "runtime": on, "heap_kib": 256, "around": around}
    async with VirtualStation("st-03", tmp_path, **settings) as station:
        station.card("empty", KNOWN)
        await station.wait_pin(lights["empty"]["ok"], 1)
        station.card("filled", STRANGER)
        await station.wait_pin(lights["filled"]["bad"], 1)
        await station.wait_pin(lights["empty"]["ok"], 0)
        station.card("empty", f"{KNOWN} {STRANGER}")
        await station.wait_pin(lights["empty"]["bad"], 1)
        await station.wait_pin(lights["empty"]["bad"], 0)


@pytest.mark.parametrize("name", RUNTIMES)
async def test_a_cable_that_was_pulled_and_put_back(tmp_path, post, name):
    config, cards = post
    on = runtime.micropython() if name == "micropython" else runtime.cpython()
    ok = config["readers"][0]["pins"]["ok"]
    settings = {"config": config, "cards": cards, "runtime": on, "heap_kib": 256, "around": wires.at_rest(config)}
    async with VirtualStation("st-03", tmp_path, **settings) as station:
        station.card("empty", KNOWN)
        await station.wait_pin(ok, 1)
        station.card("empty", None)
        await station.wait_pin(ok, 0)
        station.reader("empty", False)
        await asyncio.sleep(1)  # long enough for its driver to find nobody
        station.card("empty", cards[1][0])
        station.reader("empty", True)
        await station.wait_pin(ok, 1, timeout_s=20)


BUSES = {
    "pn532-spi": {"spi": 0, "sck": 6, "mosi": 7, "miso": 4, "cs": 5, "reset": 8},
    "pn532-uart": {"uart": 1, "tx": 8, "rx": 9},
}


@pytest.mark.parametrize("name", RUNTIMES)
@pytest.mark.parametrize("kind", BUSES)
async def test_a_pn532_reads_a_card_too(tmp_path, post, name, kind):
    config, cards = post
    on = runtime.micropython() if name == "micropython" else runtime.cpython()
    reader = dict(config["readers"][0], kind=kind, bus=BUSES[kind])
    config = {**config, "readers": [reader]}
    settings = {"config": config, "cards": cards, "runtime": on, "heap_kib": 256, "around": wires.at_rest(config)}
    async with VirtualStation("st-03", tmp_path, **settings) as station:
        station.card("empty", KNOWN)
        await station.wait_pin(reader["pins"]["ok"], 1)
