"""Moments of one row by one clock: what lies between two of them is as long as the station's uptime says.

A station's clock may be put right between a call and its answer, and the times of both are honest. Their difference is
not what passed. Within a boot the uptime tells that, so all moments of a row are reckoned from its `base`.
"""

from pullcord.pull.entry import Entry
from pullcord.pull.sheet import Row

COLUMN = "uptimes"


class Steady:
    """`base`: the column of the moment that the others are reckoned from. The row keeps its notes in `COLUMN`."""

    def __init__(self, base: str) -> None:
        self._base = base

    def stamp(self, row: Row, column: str, entry: Entry) -> None:
        """The entry's time was written into the row: put right what belongs to the same boot as the base.

        Without effect on a `loose` entry, whose time comes from the uptime anyway, and on one of the plant.
        """
        if entry.loose or not entry.boot:
            return
        notes = dict(row[COLUMN] or {})
        notes[column] = [entry.journal, entry.boot, entry.uptime, entry.at]
        row[COLUMN] = notes
        if self._base not in notes:
            return
        *clock, began, moment = notes[self._base]
        for name, (journal, boot, uptime, at) in notes.items():
            row[name] = moment + uptime - began if [journal, boot] == clock else at
