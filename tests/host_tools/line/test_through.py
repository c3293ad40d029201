"""`through` is the end of the contiguous prefix, whatever came in which order."""

from hypothesis import given
from hypothesis import strategies as st

from pullcord.line.through import contiguous


def test_nothing_new_leaves_it():
    assert contiguous(7, []) == 7


def test_it_stops_before_the_first_hole():
    assert contiguous(0, [(1, 1), (2, 2), (4, 4)]) == 2


def test_a_late_arrival_fills_the_hole():
    assert contiguous(2, [(4, 4), (5, 5), (3, 3)]) == 5


def test_a_reported_hole_counts_as_a_range():
    assert contiguous(10, [(11, 40), (41, 41)]) == 41


@given(st.sets(st.integers(1, 60)), st.integers(0, 20))
def test_it_is_the_contiguous_prefix(sequences, through):
    known = sequences | set(range(1, through + 1))
    expected = next(n for n in range(through, 100) if n + 1 not in known)
    assert contiguous(through, [(n, n) for n in sequences]) == expected
