"""A week of the two-line shop, written and played once."""

import pytest

from tests.host_tools.pull import a_week
from tests.host_tools.pull.a_shop import Shop


@pytest.fixture(scope="session")
def script():
    return a_week.write()


@pytest.fixture(scope="session")
def shop(script, tmp_path_factory):
    """What the plant has after that week. Tests read it."""
    shop = Shop(tmp_path_factory.mktemp("week"), a_week.MONDAY)
    shop.play(script.steps, a_week.MONDAY + 5 * a_week.DAY)
    yield shop
    shop.close()
