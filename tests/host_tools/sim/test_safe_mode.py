"""A station without a config that it can run says so, in light and in words, and does nothing else."""

from pathlib import Path

import pytest

from pullcord.plant import boards
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import runtime
from pullcord.sim.process import VirtualStation

BAD = {"format": 1, "lihgt": {}}


@pytest.mark.micropython
async def test_a_bad_config_ends_in_safe_mode_with_reasons(tmp_path):
    await blinks_and_says_why(tmp_path, runtime.find())


async def test_the_same_on_cpython(tmp_path):
    await blinks_and_says_why(tmp_path, runtime.cpython())


async def blinks_and_says_why(folder, on):
    async with VirtualStation("st-01", folder, config=BAD, runtime=on, heap_kib=192) as station:
        for level in (1, 0, 1):
            await station.wait_pin("LED", level, timeout_s=20)
        said = station.log_tail(60)
    assert "safe mode" in said
    assert "lihgt: {}: nobody knows this key: did you mean light?" in said
    assert "Traceback" not in said


@pytest.mark.micropython
async def test_a_station_on_another_kind_of_board_refuses_its_config(tmp_path):
    await knows_its_board(tmp_path, runtime.find())


async def test_so_does_one_on_cpython(tmp_path):
    await knows_its_board(tmp_path, runtime.cpython())


async def knows_its_board(folder, on):
    config = compiled_example()
    async with VirtualStation("st-01", folder, config=config, runtime=on, board="Generic ESP32 module") as station:
        for level in (1, 0, 1):
            await station.wait_pin("LED", level, timeout_s=20)
        said = station.log_tail(60)
        assert station.pins.keys() == {"LED"}, "the pins of another board must stay as they are"
    assert "safe mode" in said
    assert "this config is for a Raspberry Pi Pico W: this is a Generic ESP32 module" in said


@pytest.mark.micropython
async def test_a_virtual_board_poses_as_the_board_of_its_profile(tmp_path):
    config = compiled_example()
    async with VirtualStation("st-01", tmp_path, config=config, runtime=runtime.find(), heap_kib=192) as station:
        await station.wait_pin(config["light"]["pins"]["green"], 1, timeout_s=20)
        assert "safe mode" not in station.log_tail(60)


def compiled_example():
    profiles = boards.load()
    example = Path(__file__).parents[3] / "docs/examples/plant.yaml"
    return compile_plant(load(example, profiles), profiles)[0].config
