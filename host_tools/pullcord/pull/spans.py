"""Spans of time, `(begin, end)` in UTC milliseconds, the end not included."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    begin: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.begin


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, with those that touch or overlap made one; empty ones are left out."""
    out: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.begin):
        if out and span.begin <= out[-1].end:
            out[-1] = Span(out[-1].begin, max(out[-1].end, span.end))
        else:
            out.append(span)
    return out


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """What lies in both."""
    pairs = ((a, b) for a in merged(one) for b in merged(other))
    return merged(Span(max(a.begin, b.begin), min(a.end, b.end)) for a, b in pairs)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of `spans` lies in none of `taken`."""
    left = merged(spans)
    for hole in merged(taken):
        left = [
            part
            for span in left
            for part in (Span(span.begin, min(span.end, hole.begin)), Span(max(span.begin, hole.end), span.end))
            if part.length > 0
        ]
    return left


def total(spans: Iterable[Span]) -> int:
    """Milliseconds, none counted twice."""
    return sum(span.length for span in merged(spans))
