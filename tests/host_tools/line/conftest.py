"""The two kinds of broker and of database that everything about delivery must hold on."""

import os

import pytest

from pullcord.line.broker import find_mosquitto, free_port, open_broker
from tests import postgresql
from tests.host_tools.line import databases


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


@pytest.fixture(scope="session")
def postgresql_server():
    with postgresql.cluster() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_database(request, tmp_path_factory):
    """Makes a new, empty database: what is promised of one must hold on both kinds."""
    if request.param == "sqlite":
        return databases.in_files(tmp_path_factory.mktemp("databases"))
    return databases.in_schemas(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def database(new_database):
    return new_database()
