"""Text that fits its box: as large as it can be, on as many lines as it needs, never cut. Lengths are in points."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

LEADING = 1.15
STEP = 0.5
Width = Callable[[str, float], float]
"""How wide a text is at a size."""


class Fitted(NamedTuple):
    lines: list[str]
    size: float


def fit(text: str, width: float, height: float, largest: float, measure: Width) -> Fitted:
    """The largest size, `largest` at most, at which `text` fits into `width` and `height`.

    ValueError when it does not fit even at one point.
    """
    size = largest
    while size >= 1:
        lines = list(_wrapped(text, width, size, measure))
        if len(lines) * size * LEADING <= height and all(measure(line, size) <= width for line in lines):
            return Fitted(lines, size)
        size -= STEP
    raise ValueError(f"{text!r} does not fit into {width:g} x {height:g} points")


def _wrapped(text: str, width: float, size: float, measure: Width) -> Iterator[str]:
    """Between words; a word that is wider than the box is broken only when it would have to be tiny otherwise."""
    line = ""
    for word in text.split():
        for piece in _pieces(word, width, size, measure):
            longer = f"{line} {piece}" if line else piece
            if measure(longer, size) > width and line:
                yield line
                line = piece
            else:
                line = longer
    yield line


def _pieces(word: str, width: float, size: float, measure: Width) -> Iterator[str]:
    if size > SMALLEST_WHOLE or measure(word, size) <= width:
        yield word
        return
    piece = ""
    for letter in word:
        if piece and measure(piece + letter, size) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


SMALLEST_WHOLE = 12.0
"""Points below which a long word is rather broken than made smaller still."""
