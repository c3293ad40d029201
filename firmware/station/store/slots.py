"""The newest records, each in a small file of its own.

littlefs keeps a file of up to 512 bytes inside the directory's metadata: rewriting one costs two pages and a
share of an erase, where appending to a file costs a whole block. Three files a folder: with more, littlefs
has less room between two compactions, with fewer there are more folders to keep.
"""

from errno import ENOENT

from station.store.records import pack, unpack

COUNT = 15
PER_FOLDER = 3
FOLDERS = COUNT // PER_FOLDER


class Slots:
    """Sequence s lies in slot s % COUNT; checkpoints saved alone alternate between two more files."""

    def __init__(self, directory: str, journal: bytes):
        self._directory = directory
        self._journal = journal

    def path(self, sequence: int) -> str:
        slot = sequence % COUNT
        return "%s/%d/%d" % (self._directory, slot // PER_FOLDER, slot % PER_FOLDER)

    def checkpoint_path(self, saves: int) -> str:
        return "%s/c/%d" % (self._directory, saves & 1)

    def load(self, path: str):
        """The record in the file, None when there is none; ValueError when damaged or of another journal."""
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            if error.errno == ENOENT:
                return None
            raise ValueError("unreadable (%s)" % error)
        if not data:
            return None
        record = unpack(data)
        if self._journal and record.journal != self._journal:
            raise ValueError("of another journal")
        return record

    def read(self, sequence: int):
        return self.load(self.path(sequence))

    def write(self, record) -> None:
        """Durable when it returns; a cut in the middle leaves what was there before."""
        data = pack(record)
        path = self.checkpoint_path(record.saves) if record.saves else self.path(record.sequence)
        with open(path, "wb") as file:
            file.write(data)

    def newest(self, kept: int):
        """The newest record above `kept`, or None. ValueError: the slots are not as appends leave them.

        Appends fill the slots after `kept` one by one, so bisecting finds the end with four reads.
        """
        low, high, newest = kept, kept + COUNT, None
        while low < high:
            middle = (low + high + 1) // 2
            record = self.read(middle)
            if record and record.sequence > middle:
                raise ValueError("ahead of the segments")
            if record and record.sequence == middle:
                low, newest = middle, record
            else:
                high = middle - 1
        return newest


def age(record) -> tuple:
    return (record.sequence, record.saves)
