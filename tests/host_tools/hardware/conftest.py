"""The board profiles."""

import pytest

from pullcord.plant import boards


@pytest.fixture(scope="session")
def profiles():
    return boards.load()
