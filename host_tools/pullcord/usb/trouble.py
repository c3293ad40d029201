"""What goes wrong at USB, in words."""


class Trouble(Exception):
    """`lines`: what is wrong and where; then what to do next."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


class BoardGone(Trouble):
    """The board left the bus in the middle: unplugged, reset, or without power."""


class BoardError(Trouble):
    """The board's own program raised; the lines end with its last words."""
