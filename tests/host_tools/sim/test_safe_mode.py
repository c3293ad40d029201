"""A station without a config that it can run says so, in light and in words, and does nothing else."""

import pytest

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
