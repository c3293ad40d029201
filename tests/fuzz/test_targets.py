"""A little of `make fuzz` in every run: the targets take good messages, damaged ones, and anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

SEEDS = seeds()
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4)


def test_each_target_has_something_to_begin_from():
    assert SEEDS.keys() == TARGETS.keys()


@pytest.mark.parametrize("name", TARGETS)
@given(changes=CHANGES, length=st.integers(0, 6000), noise=st.binary(max_size=60))
@settings(max_examples=40, deadline=None)
def test_whatever_comes_is_taken_or_refused(name, changes, length, noise):
    TARGETS[name](noise)
    for seed in SEEDS[name]:
        data = bytearray(seed)
        for at, byte in changes:
            data[at % len(data)] = byte
        TARGETS[name](bytes(data[:length]))
