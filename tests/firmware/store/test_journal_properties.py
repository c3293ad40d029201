"""A journal that lives a random life on a plain directory, with files torn as a crash tears them."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from station.store.journal import Journal, JournalFull

LIMIT = 5 * 4352
UID = b"a chip's uid"
SIZES = st.one_of(st.just(250), st.integers(1, 2000))


class JournalLife(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.events: dict[int, bytes] = {}
        self.checkpoint: bytes | None = None
        self.durable_through = 0

    def teardown(self):
        self.journal.close()
        shutil.rmtree(self.folder)

    @initialize()
    def make(self):
        self.journal = self.open()
        self.name = self.journal.name

    def open(self):
        return Journal.open(str(self.folder / "journal"), UID, lambda count: b"n" * count, LIMIT)

    @rule(size=SIZES, checkpoint=st.binary(min_size=1, max_size=700))
    def append(self, size, checkpoint):
        event = (b"%d " % self.journal.next * 2000)[:size]
        before = self.journal.next
        try:
            assert self.journal.append(event, checkpoint) == before
        except JournalFull:
            assert self.journal.next == before
            assert self.journal.depth > 0
            return
        self.events[before] = event
        self.checkpoint = checkpoint
        self.durable_through = self.journal.through

    @rule(times=st.integers(1, 40))
    def append_many(self, times):
        for _ in range(times):
            self.append(250, b"checkpoint")

    @rule(checkpoint=st.binary(min_size=1, max_size=700))
    def save_checkpoint(self, checkpoint):
        self.journal.save_checkpoint(checkpoint)
        self.checkpoint = checkpoint
        self.durable_through = self.journal.through

    @rule(behind=st.integers(0, 60))
    def receipt(self, behind):
        through = max(0, self.journal.next - 1 - behind)
        before = self.journal.through
        assert self.journal.receipt(self.name, through, self.journal.epoch) == (through > before)
        assert self.journal.through == max(before, through)

    @rule()
    def reboot(self):
        self.journal.close()
        self.journal = self.open()
        assert self.journal.findings == []
        assert self.durable_through <= self.journal.through < self.journal.next

    @rule(share=st.floats(0, 0.999), rubbish=st.booleans())
    def crash_in_an_append(self, share, rubbish):
        """The slot that the next append writes is torn: nothing else is open for writing then."""
        slot = self.journal.next % 15
        path = self.folder / "journal" / str(slot // 3) / str(slot % 3)
        in_slots = self.journal.next - 1 - self.journal._segments.last
        if in_slots >= 15:
            return  # the append would first have moved the events out of the slots
        whole = path.read_bytes() if path.exists() else bytes(300)
        path.write_bytes(whole[: int(len(whole) * share)] + (b"\xff" * 20 if rubbish else b""))
        self.journal.close()
        self.journal = self.open()
        assert len(self.journal.findings) <= 1

    @rule(share=st.floats(0, 1))
    def crash_while_moving_events(self, share):
        """A segment that was being written is there in part, without its name."""
        folder = self.folder / "journal" / "s" / f"g{self.journal.next >> 9}"
        folder.mkdir(exist_ok=True)
        (folder / "new").write_bytes(b"half a segment" * int(300 * share))
        self.reboot()

    @invariant()
    def nothing_is_lost_or_invented(self):
        journal = self.journal
        assert journal.name == self.name
        assert journal.next == len(self.events) + 1
        assert journal.checkpoint == self.checkpoint
        assert journal.oldest <= journal.through + 1
        for sequence in range(journal.oldest, journal.next):
            assert journal.read(sequence) == self.events[sequence]

    @invariant()
    def the_flash_is_bounded(self):
        assert 0 <= self.journal.used_percent <= 100
        assert len(list((self.folder / "journal").glob("s/g*/[0-9]*"))) <= 5


JournalLife.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_a_journals_life = JournalLife.TestCase
