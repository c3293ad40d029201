"""The two kinds of broker that everything about delivery must hold on."""

import os

import pytest

from pullcord.line.broker import find_mosquitto, free_port, open_broker


def need_mosquitto() -> str:
    program = find_mosquitto()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Mosquitto is not installed here, and CI skips nothing: apt-get install mosquitto")
        pytest.skip("Mosquitto is not installed: apt-get install mosquitto")
    return program


@pytest.fixture
def mosquitto_program():
    return need_mosquitto()


@pytest.fixture(params=[pytest.param("mosquitto", marks=pytest.mark.mosquitto), "embedded"])
async def broker(request):
    """The url of a running broker."""
    if request.param == "mosquitto":
        need_mosquitto()
    async with open_broker(port=free_port(), embedded=request.param == "embedded") as opened:
        yield opened.url
