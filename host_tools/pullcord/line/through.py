"""How far a journal is complete."""

from collections.abc import Iterable


def contiguous(through: int, later: Iterable[tuple[int, int]]) -> int:
    """The highest sequence up to which nothing is missing.

    `through` is complete already; `later` are ranges (first, last) that are known too, in any order.
    """
    for first, last in sorted(later):
        if first > through + 1:
            break
        through = max(through, last)
    return through
