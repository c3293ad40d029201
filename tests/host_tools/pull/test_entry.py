"""When an event happened."""

import pytest

from pullcord.pull.entry import moment


@pytest.mark.parametrize(
    ("sent", "received", "error", "found"),
    [
        (5_000, 9_000, 10, (5_000, False)),
        (9_010, 9_000, 10, (9_010, False)),
        (9_011, 9_000, 10, (9_000, True)),
        (9_011, 9_000, None, (9_000, True)),
        (None, 9_000, None, (9_000, False)),
    ],
)
def test_a_time_of_the_future_is_replaced_by_that_of_the_receipt(sent, received, error, found):
    assert moment(sent, received, error) == found
