"""The newest records, each in a small file of its own, and the newest checkpoint that was saved alone.

littlefs keeps a file of up to 512 bytes inside the directory's metadata: rewriting one costs two pages and a
share of an erase, where appending to a file costs a whole block. Three files a folder: with more, littlefs
has less room between two compactions, with fewer there are more folders to keep.
"""

import os

from station.store.aside import NOT_THERE
from station.store.records import JOURNAL, SAVES, SEQUENCE, packed, read

COUNT = 15
PER_FOLDER = 3
FOLDERS = COUNT // PER_FOLDER


class Slots:
    """Sequence s lies in slot s % COUNT. A slot is written when its event is in a segment: it may be torn."""

    def __init__(self, directory: str, journal: bytes):
        self._directory = directory
        self._journal = journal

    def path(self, sequence: int) -> str:
        slot = sequence % COUNT
        return "%s/%d/%d" % (self._directory, slot // PER_FOLDER, slot % PER_FOLDER)

    def checkpoint_path(self) -> str:
        return self._directory + "/c/checkpoint"

    def load(self, path: str):
        """The record in the file; False when it is empty, None when there is no file.

        ValueError: damaged, or of another journal.
        """
        try:
            with open(path, "rb") as file:
                record = read(file)
        except OSError as error:
            if error.errno in NOT_THERE:
                return None
            raise ValueError("unreadable (%s)" % error)
        # a file is made empty, then written: a cut may come in between
        if record and self._journal and record[JOURNAL] != self._journal:
            raise ValueError("of another journal")
        return record

    def read(self, sequence: int):
        return self.load(self.path(sequence))

    def write(self, record) -> None:
        """Durable when it returns; a cut in the middle leaves the newest record that was there before."""
        pieces = packed(record)
        path = self.checkpoint_path() + ".new" if record[SAVES] else self.path(record[SEQUENCE])
        with open(path, "wb") as file:
            for piece in pieces:
                file.write(piece)
        if record[SAVES]:
            os.rename(path, self.checkpoint_path())


def age(record) -> tuple:
    return record[SEQUENCE : SAVES + 1]
