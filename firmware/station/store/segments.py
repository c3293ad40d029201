"""Older events, in files of about one flash block that are written once and erased whole.

A segment is named by its first sequence and lies in a folder for 512 of them (`g0/1 g0/16 ... g1/526`), so
that finding one reads one short folder whatever waits. A file holds the events, then a table of (length,
crc32), then the footer. It gets its name only when it is whole; writing one again changes nothing.
"""

import os
import struct
from binascii import crc32
from errno import ENOENT

from station.store.aside import listing, make, wipe

ROOM = 4096
ENTRY = 6
FOOTER = 20
MOST = 15  # events in a segment
_SHIFT = 9


class Segments:
    """`journal`: the 8 bytes of its name; `first`, `last`: the sequences in the `count` segments there are.

    The journal says when a segment that was written counts, by raising `last` and `count`. `report` is
    called with a text for each thing that is found damaged.
    """

    def __init__(self, directory: str, journal: bytes, first: int, last: int, count: int, report):
        self.count = count
        self.first = first
        self.last = last
        self._directory = directory
        self._journal = journal
        self._report = report
        self._opened = []  # the file of the segment that was read last
        self._table = b""
        self._range = range(0)

    def writing(self, first: int, events):
        """Store `events` (bytes, at most MOST) as sequences from `first` on; durable when all steps are taken.

        A generator: between two steps, of one erase each, others may run.
        """
        folder = self._folder(first)
        make(folder)
        yield
        table = b""
        with open(folder + "/new", "wb") as file:
            for event in events:
                file.write(event)
                table += struct.pack("<HI", len(event), crc32(event))
                yield
            table += self._mark(first) + struct.pack("<H", len(table) // ENTRY)
            file.write(table + struct.pack("<I", crc32(table)))
            yield
        yield
        os.rename(folder + "/new", self._path(first))
        yield

    def read(self, sequence: int) -> bytes:
        """KeyError: not here, or damaged (and then reported)."""
        if sequence not in self._range:
            self._find(sequence)
        offset = length = 0
        for i in range(sequence - self._range.start + 1):
            offset += length
            length, crc = struct.unpack_from("<HI", self._table, ENTRY * i)
        file = self._opened[0]
        file.seek(offset)
        event = file.read(length)
        if not event or crc32(event) != crc:
            self._report("event %d is damaged" % sequence)
            raise KeyError(sequence)
        return event

    def erase_oldest(self, through: int) -> bool:
        """Erase the oldest segment when all of it is receipted."""
        if not self.count or not self.settle() or self._range.stop > through + 1:
            return False
        first, after = self.first, self._range.stop
        self.close()
        os.remove(self._path(first))
        self.first, self.count = after, self.count - 1
        if after >> _SHIFT != first >> _SHIFT:
            wipe(self._folder(first))
        return True

    def oldest(self):
        """The sequences of the oldest segment; empty when there is none."""
        return self._range if self.settle() else range(0)

    def settle(self) -> bool:
        """Open the oldest segment. A cut after an erase leaves `first` behind: then look what is there."""
        while self.count:
            try:
                self._enter(self.first)
                return True
            except KeyError:
                self._look_again()
        return False

    def close(self) -> None:
        """Give back the memory of the segment that was read last."""
        while self._opened:
            self._opened.pop().close()
        self._table, self._range = b"", range(0)

    def _look_again(self):
        from station.health.memory import forget
        from station.store import survey

        survey.survey(self, self._directory)
        forget("store.survey")

    def _find(self, sequence):
        self._enter(sequence if sequence == self._range.stop else self._start_before(sequence))
        if sequence not in self._range:
            raise KeyError(sequence)

    def _start_before(self, sequence):
        """Where the segment begins that could hold it: in its own folder, or last in the one before."""
        for place in (sequence, max(0, sequence - MOST)):
            found = [start for start in starts(self._folder(place)) if start <= sequence]
            if found:
                return found[-1]
        raise KeyError(sequence)

    def _enter(self, first):
        self.close()
        path = self._path(first)
        try:
            self._opened.append(open(path, "rb"))
        except OSError as error:
            if error.errno != ENOENT:
                raise
            raise KeyError(first)
        self._table = _read_table(self._opened[0])
        if len(self._table) < FOOTER or self._table[-FOOTER:-6] != self._mark(first):
            self.close()
            os.rename(path, path + ".bad")
            self.count -= 1
            self._report("%s is damaged, put aside as %s.bad" % (path, path))
            raise KeyError(first)
        self._range = range(first, first + (len(self._table) - FOOTER) // ENTRY)

    def _mark(self, first):
        return struct.pack("<2s8sI", b"S1", self._journal, first)

    def _folder(self, sequence):
        return "%s/g%d" % (self._directory, sequence >> _SHIFT)

    def _path(self, first):
        return "%s/%d" % (self._folder(first), first)


def starts(folder):
    """First sequences of the segments in the folder, in order."""
    return sorted([int(name) for name in listing(folder) if name.isdigit()])


def _read_table(file):
    """Table and footer of a segment's file, or b"" when they are damaged."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 6))
    count = int.from_bytes(file.read(2), "little")
    file.seek(max(0, size - FOOTER - ENTRY * count))
    table = file.read()
    whole = len(table) == FOOTER + ENTRY * count
    return table if whole and crc32(table[:-4]) == int.from_bytes(table[-4:], "little") else b""
