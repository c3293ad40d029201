"""How a command fails: in words, on stderr, with an exit code."""

import sys

from pullcord.cli.visible import visible

DONE, FAILED, WRONG_USE = 0, 1, 2


class Failure(Exception):
    """The command did not do its work. `lines` say what is wrong, where, and what to do next."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def complain(*lines: str) -> None:
    """Plain text: a line of an error must be there for grep as it is."""
    for line in lines:
        print(visible(line), file=sys.stderr)
