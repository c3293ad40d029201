"""Text of others, for a terminal: it shows what a board or the network said, and obeys nothing of it."""

import unicodedata

KEPT = "\n\t"


def visible(text: str) -> str:
    """Control and format characters as escapes: they would move the cursor, rename the window, or turn text around."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if letter in KEPT or unicodedata.category(letter)[0] != "C":
        return letter
    return letter.encode("unicode_escape").decode()
