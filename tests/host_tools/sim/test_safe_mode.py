"""A station without a config that it can run says so, in light and in words, and does nothing else."""

import asyncio
from pathlib import Path

import pytest

from pullcord.plant import boards
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import harness, runtime
from pullcord.sim.process import VirtualStation

APPS = Path(__file__).with_name("apps")
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


@pytest.mark.micropython
async def test_a_station_that_blocks_at_every_boot_is_reset_three_times_and_then_asks_for_help(tmp_path):
    config = harness.config(readers=[])
    station = VirtualStation(
        "st-01", tmp_path, config=config, runtime=runtime.find(), app="stuck", app_folder=APPS, heap_kib=320
    )
    async with station:
        async with asyncio.timeout(60):
            while "safe mode" not in station.log_tail(20):
                await asyncio.sleep(0.1)
        said = station.log_tail(20)
        assert station.boots == ["power_on", "watchdog", "watchdog", "watchdog"]
        for level in (1, 0, 1):
            await station.wait_pin(harness.RED, level, timeout_s=20)
    assert "the watchdog reset the station 3 times" in said
