"""What the end-to-end tests share: one browser and one running line a file."""

import pytest_asyncio

from pullcord.sim import runtime
from tests.end_to_end.a_line import example_line
from tests.end_to_end.browser import chromium


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser():
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def line(tmp_path_factory):
    """The example plant on MicroPython and Mosquitto, with its shift begun."""
    async with example_line(tmp_path_factory.mktemp("line"), runtime.micropython()) as running:
        yield running
