"""Sums of spans, against a count of single milliseconds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pullcord.pull.spans import Span, common, merged, total, without

span = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
spans = st.lists(span, max_size=6)


def points(of):
    return {n for one in of for n in range(one.begin, one.end)}


@given(spans, spans)
def test_spans_are_sets_of_milliseconds(one, other):
    assert points(merged(one)) == points(one)
    assert points(common(one, other)) == points(one) & points(other)
    assert points(without(one, other)) == points(one) - points(other)
    assert total(one) == len(points(one))


@given(spans)
def test_merged_spans_are_in_order_and_apart(of):
    found = merged(of)
    assert all(a.end < b.begin for a, b in pairwise(found))
