"""Strategies for what may come in from outside: JSON of any shape, and a good document with something wrong in it."""

import copy
from typing import Any

from hypothesis import strategies as st

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, good: Any) -> Any:
    """`good` with one to four of its parts taken away, doubled, or given another value."""
    document = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 4))):
        where, key = draw(st.sampled_from(list(_places(document)) or [({"": document}, "")]))
        change = draw(st.sampled_from(("value", "remove", "double")))
        if change == "value":
            where[key] = draw(values)
        elif change == "remove":
            del where[key]
        elif isinstance(where, list):
            where.append(copy.deepcopy(where[key]))
        else:
            where[draw(st.text(max_size=8))] = copy.deepcopy(where[key])
    return document


def _places(part: Any) -> Any:
    """(container, key) of everything inside."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in list(items):
        yield part, key
        yield from _places(value)
