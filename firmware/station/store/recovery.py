"""How a journal finds itself again at boot, or begins. Needed once, then forgotten; knows the journal from inside."""

import os
from binascii import hexlify

from station.store import records, segments, slots
from station.store.aside import is_folder, listing, make, wipe

_KEEP = 4


def recover(journal) -> bool:
    """Find the newest record; False when there is none of this board."""
    journal._slots = slots.Slots(journal._directory, b"")
    base = journal._load(journal._slots.checkpoint_path())
    if not base or journal.findings:
        base = _scan(journal)
    if base and base[records.BOARD] != journal._board:
        journal._report("the journal %s is another board's" % hexlify(base[records.JOURNAL]).decode())
        base = None
    if not base:
        return False
    journal._slots = slots.Slots(journal._directory, base[records.JOURNAL])
    try:
        newest = _newest(journal._slots, base[records.KEPT])
    except ValueError:
        newest = _scan(journal)
    if newest and slots.age(newest) > slots.age(base):
        base = newest
    _use(journal, base[records.JOURNAL], base[records.OLDEST], base[records.KEPT], base[records.SEGMENTS])
    journal.through, journal.epoch, journal._saves = base[records.THROUGH], base[records.EPOCH], base[records.SAVES]
    journal.next, journal._fill = base[records.SEQUENCE] + 1, base[records.FILL]
    journal.checkpoint = base[records.CHECKPOINT] or None
    return True


def begin(journal, name: bytes) -> None:
    """Make a new journal. Its first record is written last: until then there is none."""
    folders = [str(i) for i in range(slots.FOLDERS)] + ["c", "s"]
    directory = journal._directory
    make(directory)
    foreign = [name for name in listing(directory) if name not in folders]
    if journal.findings or foreign or not is_folder(directory):
        aside(journal, directory, "not a journal of this board")
        make(directory)
    for folder in folders:
        make(directory + "/" + folder)
    _use(journal, name, 1, 0, 0)
    journal.save_checkpoint(b"")
    journal.checkpoint = None


def aside(journal, path: str, why: str) -> None:
    """Put a damaged or foreign file where a technician finds it."""
    try:
        _put_aside(path, journal._directory + ".aside")
        journal._report("%s: %s, put aside" % (path, why))
    except OSError as error:
        wipe(path)
        journal._report("%s: %s, removed because it could not be put aside (%s)" % (path, why, error))


def _use(journal, name, first, last, count):
    directory = journal._directory
    journal._journal = name
    journal.name = hexlify(name).decode()
    journal._slots = slots.Slots(directory, name)
    journal._segments = segments.Segments(directory + "/s", name, first, last, count, journal._report)


def _scan(journal):
    """The slow way, after damage: the newest of all records."""
    paths = [journal._slots.path(i) for i in range(slots.COUNT)]
    found = [journal._load(path) for path in paths + [journal._slots.checkpoint_path()]]
    return max([record for record in found if record], key=slots.age, default=None)


def _newest(its_slots, kept: int):
    """The newest record above `kept`, or None. ValueError: the slots are not as appends leave them.

    Appends fill the slots after `kept` one by one, so bisecting finds the end with four reads. An empty
    slot, or one that is missing after the first round, says nothing about those after it.
    """
    low, high, newest = kept, kept + slots.COUNT, None
    while low < high:
        middle = (low + high + 1) // 2
        record = its_slots.read(middle)
        if record is False or (record is None and kept >= slots.COUNT):
            raise ValueError("a slot is empty")
        if record and record[records.SEQUENCE] > middle:
            raise ValueError("ahead of the segments")
        if record and record[records.SEQUENCE] == middle:
            low, newest = middle, record
        else:
            high = middle - 1
    return newest


def _put_aside(path: str, directory: str) -> None:
    """Move `path` into `directory` under a counted name. The oldest of more than _KEEP goes."""
    names = sorted(listing(directory))
    if not names:
        make(directory)
    while len(names) >= _KEEP:
        wipe(directory + "/" + names.pop(0))
    number = int(names[-1].split("-")[0]) + 1 if names else 1
    os.rename(path, "%s/%06d-%s" % (directory, number, path.split("/")[-1]))
