"""What a station did to its flash, and what must be there after the power came back. For MicroPython.

`Ledger` holds what was confirmed and what was being done; `examine` compares a flash with it.
"""

import os
import random
import sys

import vfs

from pullcord.sim.cuts import Ram
from pullcord.sim.flash import Flash
from station.store import atomic, card_build, cards, settings
from station.store.journal import Journal, JournalFull

UID = b"\xe6\x61\x41\x03\xe7\x45\x2b\x2f"
LIMIT = 6 * 4352
REMEMBERED = 400


def format_flash(blocks):
    flash = Flash(Ram(blocks * 4096), blocks)
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    return flash


def mount(flash, root):
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), root)


def card_list(version):
    return [(b"%04d" % (i * version), "loop-%d" % (i % 3), "s", "full") for i in range(1, 20)]


class Ledger:
    """What was confirmed, and `doing`, what was not yet.

    None, ("event", bytes, checkpoint), ("checkpoint", bytes), ("config", bytes) or ("cards", version).
    """

    def __init__(self):
        self.events = {}
        self.next = 1
        self.through = 0
        self.epoch = 0
        self.checkpoint = None
        self.config = None
        self.cards = 0
        self.doing = None
        self.name = None

    def confirm(self):
        """What was being done is done."""
        kind = self.doing[0]
        if kind == "event":
            self.events[self.next] = self.doing[1]
            self.events.pop(self.next - REMEMBERED, None)
            self.next += 1
            self.checkpoint = self.doing[2]
        elif kind == "checkpoint":
            self.checkpoint = self.doing[1]
        elif kind == "config":
            self.config = self.doing[1]
        else:
            self.cards = self.doing[1]
        self.doing = None


class Station:
    """Does what a station does to its flash, at random but the same for the same seed."""

    def __init__(self, ledger, root, seed):
        self.ledger = ledger
        self.root = root
        random.seed(seed)
        self.tag = seed

    def boot(self):
        self.journal = Journal.open(self.root + "/journal", UID, os.urandom, LIMIT)
        self.ledger.name = self.journal.name

    def step(self):
        chance = random.getrandbits(7)
        if chance < 100:
            self.append()
        elif chance < 108:
            self.do("checkpoint", self.content(100))
        elif chance < 112:
            self.do("config", self.content(700 if chance & 1 else 2500))
        elif chance < 114:
            self.do("cards", self.ledger.cards + 1)
        else:
            self.receipt(random.randint(self.ledger.through, self.ledger.next - 1))

    def append(self):
        chance = random.getrandbits(5)
        size = 250 if chance < 24 else 700 if chance < 27 else 1500 if chance < 28 else 30
        self.do("event", self.content(size), self.content(600 if chance == 0 else 100))

    def do(self, *doing):
        self.ledger.doing = doing
        if doing[0] == "event":
            try:
                sequence = self.journal.append(doing[1], doing[2])
            except JournalFull:
                self.receipt(self.ledger.next - 1)
                sequence = self.journal.append(doing[1], doing[2])
            assert sequence == self.ledger.next, (sequence, self.ledger.next)
        elif doing[0] == "checkpoint":
            self.journal.save_checkpoint(doing[1])
        elif doing[0] == "config":
            with open(self.root + "/config.json", "wb") as file:
                file.write(doing[1])
            settings.keep(self.root + "/")
        else:
            card_build.build(card_list(doing[1]), self.root + "/cards", doing[1])
        self.ledger.confirm()

    def receipt(self, through):
        self.ledger.through = max(self.ledger.through, through)
        self.journal.receipt(self.journal.name, through, self.ledger.epoch)

    def content(self, size):
        self.tag = self.tag * 1103515245 + 12345 & 0x7FFFFFFF
        return (b"%d:" % self.tag * (size // 10 + 1))[:size]


def examine(flash, root, ledger):
    """List of (kind, what), kind: lost, invented, unmountable or wrong. Leaves it mounted if it can."""
    try:
        mount(flash, root)
    except OSError as error:
        return [("unmountable", str(error))]
    try:
        return _examine(root, ledger)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the figure that counts)
        sys.print_exception(error, sys.stdout)
        return [("wrong", "%s: %s" % (type(error).__name__, error))]


def _examine(root, ledger):
    found = []
    journal = Journal.open(root + "/journal", UID, os.urandom, LIMIT)
    doing = ledger.doing or ("nothing",)
    if journal.findings:
        found.append(("wrong", "findings: %s" % journal.findings))
    if ledger.name and journal.name != ledger.name:
        found.append(("lost", "the whole journal: another name"))
    in_time = ledger.next
    if doing[0] == "event" and journal.next == ledger.next + 1:
        in_time += 1
        if journal.read(ledger.next) != doing[1]:
            found.append(("invented", "event %d is not what was being written" % ledger.next))
    if journal.next != in_time:
        kind = "lost" if journal.next < in_time else "invented"
        found.append((kind, "next is %d, not %d" % (journal.next, in_time)))
    found += _examine_events(journal, ledger)
    if journal.through > ledger.through:
        found.append(("invented", "through is %d, receipted %d" % (journal.through, ledger.through)))
    if journal.checkpoint not in _checkpoints(ledger, doing, in_time):
        found.append(("lost", "the checkpoint is neither the confirmed nor the new one"))
    found += _examine_files(root, ledger, doing)
    return found + _examine_growth(root, journal)


def _checkpoints(ledger, doing, in_time):
    if in_time > ledger.next:
        return (doing[2],)
    return (ledger.checkpoint, doing[1]) if doing[0] == "checkpoint" else (ledger.checkpoint,)


def _examine_events(journal, ledger):
    found = []
    oldest = journal.oldest
    if oldest > ledger.through + 1:
        found.append(("lost", "oldest is %d, receipted through %d" % (oldest, ledger.through)))
    for sequence in range(min(oldest, ledger.through + 1), ledger.next):
        try:
            if journal.read(sequence) != ledger.events.get(sequence):
                found.append(("invented", "event %d is another one" % sequence))
        except KeyError:
            found.append(("lost", "event %d, receipted through %d" % (sequence, ledger.through)))
    journal.close()
    return found


def _examine_files(root, ledger, doing):
    found = []
    config = atomic.load(root + "/config.good")
    if config != ledger.config and not (doing[0] == "config" and config == doing[1]):
        found.append(("lost", "the last good config"))
    table = cards.CardTable.open(root + "/cards")
    if table.version != ledger.cards and not (doing[0] == "cards" and table.version == doing[1]):
        found.append(("lost", "card table %d, it is %d" % (ledger.cards, table.version)))
    if table.findings:
        found.append(("wrong", str(table.findings)))
    if table.version and table.find(b"%04d" % (7 * table.version)) != ("loop-1", "s", "full"):
        found.append(("wrong", "a card of table %d is not found" % table.version))
    table.close()
    return found


def _examine_growth(root, journal):
    """The sequence goes on, also through the next consolidation, and over the next reboot."""
    first = journal.next
    journal.receipt(journal.name, first - 1, 0)
    for i in range(3):
        if journal.append(b"after the cut %d" % i, b"checkpoint after the cut") != first + i:
            return [("wrong", "the sequence does not go on")]
    again = Journal.open(root + "/journal", UID, os.urandom, LIMIT)
    if again.next != first + 3 or again.read(first) != b"after the cut 0" or again.findings:
        return [("lost", "events written after the cut %s" % again.findings)]
    return []
