"""What the projector folds the log into."""

from typing import Protocol

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Sheet


class Projection(Protocol):
    """Code that reads neither the clock nor the plant file: the log has all that it needs.

    `apply` gets every entry in the order of positions and must take each that the schemas allow. `version` rises
    whenever the same log would give other rows: the tables are then made anew.
    """

    name: str
    version: int

    @property
    def sheets(self) -> tuple[Sheet, ...]: ...

    def apply(self, entry: Entry) -> None: ...
