"""Portable: the files of a journal and of a card table spoiled at random, the same way in each run."""

from station.store import card_build
from station.store.aside import is_folder, listing, wipe
from station.store.cards import CardTable
from station.store.journal import Journal

JOURNAL, CARDS = "spoiled_journal", "spoiled_cards"
UID = b"\x01\x02\x03\x04\x05\x06\x07\x08"
ROUNDS = 25
EVENTS = 36
ENTRIES = [(bytes((4, 0, 0, number)), "bolts", "s", "full") for number in range(30)]


class Dice:
    """The same numbers on either Python (a linear congruence, its upper bits)."""

    def __init__(self, seed):
        self._state = seed

    def below(self, count):
        self._state = (self._state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._state >> 12) % count


def files(folder):
    found = []
    for name in sorted(listing(folder)):
        path = folder + "/" + name
        found += files(path) if is_folder(path) else [path]
    return found


def spoil(folder, dice):
    for _ in range(1 + dice.below(3)):
        paths = files(folder)
        path = paths[dice.below(len(paths))]
        with open(path, "rb") as file:
            data = bytearray(file.read())
        how = dice.below(4)
        if how == 0 and data:
            data[dice.below(len(data))] ^= 1 << dice.below(8)
        elif how == 1:
            data = data[: dice.below(len(data) + 1)]
        elif how == 2:
            data = bytearray([dice.below(256) for _ in range(dice.below(600))])
        else:
            data += bytes([dice.below(256)] * dice.below(300))
        with open(path, "wb") as file:
            file.write(data)


def clean(*folders):
    for folder in folders:
        if folder in listing("."):
            wipe(folder)


def opened():
    return Journal.open(JOURNAL, UID, lambda count: b"n" * count, 64 * 1024)


def event(sequence):
    return b"event %d " % sequence + b"x" * 250


def test_a_spoiled_journal_opens_goes_on_and_invents_nothing():
    dice, found = Dice(5), 0
    for _ in range(ROUNDS):
        clean(JOURNAL, JOURNAL + ".aside")
        journal = opened()
        for number in range(1, EVENTS + 1):
            journal.append(event(number), b"checkpoint %d" % number)
        journal.close()
        spoil(JOURNAL, dice)
        journal = opened()
        for sequence in range(1, journal.next):
            try:
                assert journal.read(sequence) == event(sequence)
                found += 1
            except KeyError:
                pass
        assert journal.checkpoint is None or journal.checkpoint.startswith(b"checkpoint ")
        assert journal.read(journal.append(b"another", b"checkpoint")) == b"another"
        journal.close()
    assert found > ROUNDS * EVENTS // 2  # damage in one place costs what lies there, not everything


def test_a_spoiled_card_table_gives_way_to_the_one_before_or_to_none():
    dice = Dice(9)
    for _ in range(ROUNDS):
        clean(CARDS)
        card_build.build(ENTRIES[:10], CARDS, 1)
        card_build.build(ENTRIES, CARDS, 2)
        spoil(CARDS, dice)
        table = CardTable.open(CARDS)
        assert (table.version, table.count) in ((2, 30), (1, 10), (0, 0))
        assert table.version == 2 or table.findings
        for uid, loop, here, state in ENTRIES[: table.count]:
            assert table.find(uid) == (loop, here, state)
        table.close()
