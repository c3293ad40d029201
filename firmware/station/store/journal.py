"""The journal: every event that was confirmed, in order, through any power cut.

An append writes one record (event, checkpoint, receipt) into a slot. When the slots are full their events
go into a segment, and only then slots are used again. Receipted segments are erased when space is needed.
Files: `DIRECTORY/0..4/` slots, `c/` the checkpoint saved alone, `s/` segments, `DIRECTORY.aside/`.
Opening reads the first two kinds only, through folders that do not grow: it costs the same whatever waits.
"""

from binascii import crc32

from station.store import segments, slots
from station.store.aside import listing, wipe
from station.store.records import EVENT, SEQUENCE

SEGMENT_BYTES = 4352  # a block, and a segment's share of its folder
_FINDINGS = 16
_NO_SPACE = 28  # ENOSPC, which MicroPython's errno does not name
_LIKELY = 400  # bytes of an event
_LEAP = 1000000  # a receipt so far ahead is nonsense from outside: believed once, it would hide all true ones


class JournalFull(Exception):
    """The limit is reached and nothing that could be erased has a receipt."""


class Journal:
    # filled in by station.store.recovery, which is forgotten once it has
    _journal: bytes
    _slots: "slots.Slots"
    _segments: "segments.Segments"

    def __init__(self, directory: str, uid: bytes, limit: int):
        self.findings = []
        self.name = ""
        self.next = 1
        self.through = 0
        self.epoch = 0
        self.checkpoint = None
        self._directory = directory
        self._board = crc32(uid)
        self._most = max(2, limit // SEGMENT_BYTES)
        self._saves = 0
        self._fill = 0

    @classmethod
    def open(cls, directory: str, uid: bytes, random_bytes, limit: int = 600 * 1024):
        """Open the journal in `directory`, or make a new one, named by `random_bytes(8)` (like os.urandom).

        `uid`: the chip's unique id. `limit`: bytes of flash for events; slots and folders take 60 KB more.
        What is damaged or another board's is put aside and told in `findings`. OSError: the flash fails.
        """
        from station.store import recovery

        journal = cls(directory, uid, limit)
        if not recovery.recover(journal):
            recovery.begin(journal, random_bytes(8))
        return journal

    @property
    def depth(self) -> int:
        return self.next - 1 - self.through

    @property
    def oldest(self) -> int:
        """Lowest sequence that read() can give; `next` when there is none."""
        return self._segments.first if self._segments.settle() else self._segments.last + 1

    @property
    def used_percent(self) -> int:
        """Share of the limit that holds events without a receipt, 100 when an append may find no room."""
        older = self._segments
        waiting = older.last - self.through
        if waiting <= 0:
            return 0
        stored = max(waiting, older.last + 1 - older.first)
        return min(100, 100 * older.count * waiting // stored // self._most)

    def append(self, event: bytes, checkpoint: bytes) -> int:
        """Store both at once; the event's sequence. OSError or JournalFull: nothing was stored."""
        size = len(event) + segments.ENTRY
        for _ in self._make_place(size):
            pass
        self._store(self.next, 0, self._fill + size, event, checkpoint)
        self.next += 1
        return self.next - 1

    def tidy(self):
        """Do now what the next append would have to: most of its flash erases, while nobody waits for an answer.

        A generator of steps, between which others may run. OSError or JournalFull, as append would raise.
        """
        return self._make_place(_LIKELY)

    def save_checkpoint(self, checkpoint: bytes) -> None:
        self._store(self.next - 1, self._saves + 1, self._fill, b"", checkpoint)

    def read(self, sequence: int) -> bytes:
        """KeyError when it is not kept (any more), or when it is damaged, which `findings` then tells."""
        if not 0 < sequence < self.next:
            raise KeyError(sequence)
        if sequence <= self._segments.last:
            return self._segments.read(sequence)
        self._segments.close()
        record = self._load(self._slots.path(sequence))
        if not record or record[SEQUENCE] != sequence:
            raise KeyError(sequence)
        return record[EVENT]

    def receipt(self, name: str, through: int, epoch: int) -> bool:
        """Take the plant's receipt. It is kept with the next record: a lost one only sends events again.

        A receipt beyond the newest event means that this flash is an older copy of itself: the sequence
        goes on after it, because the plant would take new events with old numbers for repeated ones.
        """
        if name != self.name or not 0 <= through < self.next + _LEAP or epoch > self.epoch + _LEAP:
            return False
        if epoch < self.epoch or (epoch == self.epoch and through <= self.through):
            return False
        if through >= self.next:
            self._report("the plant has events up to %d, this flash up to %d" % (through, self.next - 1))
            self._keep(through)
        self.through, self.epoch = through, epoch
        return True

    def oldest_block(self):
        """The sequences that one erase takes, the oldest there are, as a range."""
        return self._segments.oldest()

    def give_up(self, last: int) -> None:
        """Erase the oldest events up to `last`, the end of the oldest block, whether the plant has them or not."""
        self._segments.erase_oldest(last)

    def close(self) -> None:
        """Close what reading left open."""
        self._segments.close()

    def _store(self, sequence, saves, fill, event, checkpoint):
        older = self._segments
        known = (self.through, self.epoch, older.last, older.first, older.count, fill)
        self._slots.write((self._journal, self._board, sequence, saves) + known + (event, checkpoint))
        self._saves, self._fill, self.checkpoint = saves, fill, checkpoint

    def _make_place(self, size):
        in_slots = self.next - 1 - self._segments.last
        if in_slots >= slots.COUNT or self._fill + size > segments.ROOM - segments.FOOTER:
            yield from self._consolidate()

    def _consolidate(self):
        """Move the events of all slots into a segment, so that the slots can be used again. A generator of steps."""
        older = self._segments
        while older.count >= self._most:
            if not older.erase_oldest(self.through):
                raise JournalFull("%d events wait for a receipt" % self.depth)
            yield
        while True:
            try:
                yield from older.writing(older.last + 1, self._pending())
                break
            except OSError as error:
                if not self._make_room():
                    if error.errno != _NO_SPACE:
                        raise
                    self._most = older.count  # others have the rest
                    raise JournalFull("the flash is full, and %d events wait for a receipt" % self.depth)
        if not older.count:
            older.first = older.last + 1
        older.count += 1
        self._keep(self.next - 1)

    def _keep(self, sequence):
        """Say durably that everything up to `sequence` is out of the slots, before one is written again.

        After a cut before this the events are moved once more, into the same segment.
        """
        older = self._segments
        before = self.next, older.last, self._fill
        self.next, older.last, self._fill = sequence + 1, sequence, 0
        try:
            self.save_checkpoint(self.checkpoint or b"")
        except OSError:
            self.next, older.last, self._fill = before
            raise

    def _make_room(self):
        if listing(self._directory + ".aside"):
            wipe(self._directory + ".aside")
            return True
        return self._segments.erase_oldest(self.through)

    def _pending(self):
        for sequence in range(self._segments.last + 1, self.next):
            try:
                yield self.read(sequence)
            except KeyError:
                yield b""  # keeps the place of a lost event

    def _load(self, path):
        try:
            return self._slots.load(path)
        except ValueError as error:
            from station.store import recovery

            recovery.aside(self, path, str(error))
            return None

    def _report(self, what):
        if what not in self.findings and len(self.findings) < _FINDINGS:
            self.findings.append(what)
