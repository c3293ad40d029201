"""The person at the station: is told what to do, and says what is to be seen there."""

from collections.abc import Callable
from typing import Protocol

YES, NO, AGAIN = "y", "n", "r"


class Person(Protocol):
    def tell(self, words: str) -> None:
        """Something to read, or to do now."""

    def ask(self, question: str) -> str:
        """YES, NO, or AGAIN: do it once more, I did not look."""


class AtTerminal:
    """`read` gives one line that was typed, and raises EOFError when nobody is there any more."""

    def __init__(self, read: Callable[[], str], write: Callable[[str], None]) -> None:
        self._read = read
        self._write = write

    def tell(self, words: str) -> None:
        self._write(words + "\n")

    def ask(self, question: str) -> str:
        while True:
            self._write(f"{question} [y/n, r: once more] ")
            answer = self._read().strip().lower()[:1]
            if answer in (YES, NO, AGAIN):
                return answer
            self._write("Please type y for yes, n for no, or r to have it done once more.\n")
