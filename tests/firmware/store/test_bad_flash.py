"""Any bytes in the files of the store: it opens, tells what it put aside, and invents nothing."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from station.store import atomic, card_build
from station.store.cards import CardTable
from station.store.journal import Journal

UID = b"a chip's uid"
EVENTS = 40
CARDS = [(bytes((4, 0, 0, number)), "bolts", "s", "full") for number in range(50)]
damage = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(("flip", "cut", "noise", "empty", "append")), st.integers(0, 5000)),
    min_size=1,
    max_size=6,
)


def spoil(folder: Path, doings) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for which, how, place in doings:
        path = files[which % len(files)]
        data = bytearray(path.read_bytes())
        if how == "flip" and data:
            data[place % len(data)] ^= 1 << place % 8
        elif how == "cut":
            del data[place % (len(data) + 1) :]
        elif how == "noise":
            data = bytearray((place * 31 + at * 17) & 255 for at in range(place % 900))
        elif how == "append":
            data += bytes((place & 255,)) * (place % 700)
        path.write_bytes(b"" if how == "empty" else bytes(data))


def journal_in(folder: Path) -> Journal:
    return Journal.open(str(folder / "journal"), UID, lambda count: b"n" * count, 64 * 1024)


def a_journal(folder: Path) -> dict[int, bytes]:
    journal = journal_in(folder)
    events = {}
    for number in range(1, EVENTS + 1):
        events[number] = b"event %d " % number + b"x" * 250
        journal.append(events[number], b"checkpoint %d" % number)
    journal.close()
    return events


@given(damage)
@settings(max_examples=150, deadline=None)
def test_a_damaged_journal_opens_and_gives_back_only_what_was_recorded(doings):
    folder = Path(tempfile.mkdtemp())
    try:
        events = a_journal(folder)
        spoil(folder / "journal", doings)
        journal = journal_in(folder)
        for sequence in range(1, journal.next):
            try:
                assert journal.read(sequence) == events[sequence]
            except KeyError:
                continue  # damaged, and not made up
        assert journal.checkpoint is None or journal.checkpoint.startswith(b"checkpoint ")
        sequence = journal.append(b"another", b"checkpoint")
        assert journal.read(sequence) == b"another"
        assert len(journal.findings) <= 16
        journal.close()
        again = journal_in(folder)
        assert again.read(sequence) == b"another"
        again.close()
    finally:
        shutil.rmtree(folder)


@given(damage)
@settings(max_examples=150, deadline=None)
def test_a_damaged_card_table_gives_way_to_the_one_before_or_to_none(doings):
    folder = Path(tempfile.mkdtemp())
    try:
        card_build.build(CARDS[:10], str(folder), 1)
        card_build.build(CARDS, str(folder), 2)
        spoil(folder, doings)
        table = CardTable.open(str(folder))
        assert (table.version, table.count) in ((2, 50), (1, 10), (0, 0))
        assert table.version == 2 or table.findings
        for uid, loop, here, state in CARDS[: table.count]:
            assert table.find(uid) == (loop, here, state)
        table.close()
    finally:
        shutil.rmtree(folder)


@given(st.binary(max_size=300), st.booleans())
def test_a_small_file_of_noise_is_none_or_the_one_before(noise, before):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "boot"
        atomic.save(str(path), b"1")
        if before:
            atomic.save(str(path), b"2")
        path.write_bytes(noise)
        assert atomic.load(str(path)) == (b"1" if before else None)
    finally:
        shutil.rmtree(folder)
