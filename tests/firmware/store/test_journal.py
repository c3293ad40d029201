"""The journal on a plain directory; test_on_littlefs.py has littlefs. Portable: MicroPython runs it too."""

from station.store.aside import listing, wipe
from station.store.journal import Journal, JournalFull

FOLDER = "journal_under_test"
UID = b"\x01\x02\x03\x04\x05\x06\x07\x08"
OTHER = b"\x01\x02\x03\x04\x05\x06\x07\x09"
CHECKPOINT = b"c" * 100


class Names:
    """Random bytes that can be told apart."""

    def __init__(self):
        self.made = 0

    def __call__(self, count):
        self.made += 1
        return bytes([self.made] * count)


NAMES = Names()


def opened(uid=UID, limit=512 * 1024):
    return Journal.open(FOLDER, uid, NAMES, limit)


def fresh(limit=512 * 1024):
    for name in (FOLDER, FOLDER + ".aside"):
        if listing(name) or name in listing("."):
            wipe(name)
    return opened(limit=limit)


def event(sequence, size=250):
    return (b"event %d " % sequence) + b"e" * (size - len(b"event %d " % sequence))


def fill(journal, count, size=250):
    for _ in range(count):
        journal.append(event(journal.next, size), CHECKPOINT)


def readable(journal):
    found = []
    for sequence in range(1, journal.next):
        try:
            assert journal.read(sequence)[:20] == event(sequence)[:20]
            found.append(sequence)
        except KeyError:
            pass
    journal.close()
    return found


def damage(path, offset=-1, data=None):
    with open(path, "rb") as file:
        content = bytearray(file.read())
    content[offset] ^= 0x10
    with open(path, "wb") as file:
        file.write(content if data is None else data)


def refused(action, *arguments):
    try:
        action(*arguments)
    except (KeyError, JournalFull, ValueError) as error:
        return type(error).__name__
    return ""


# what an append promises


def test_a_new_journal_is_empty_and_has_a_name():
    journal = fresh()
    assert (journal.next, journal.through, journal.epoch, journal.depth) == (1, 0, 0, 0)
    assert (journal.used_percent, journal.checkpoint, journal.findings, journal.oldest) == (0, None, [], 1)
    assert len(journal.name) == 16
    assert refused(journal.read, 1) == "KeyError"


def test_the_name_stays_over_a_reboot_without_any_event():
    journal = fresh()
    again = opened()
    assert (again.name, again.next, again.checkpoint, again.findings) == (journal.name, 1, None, [])


def test_events_are_read_back_across_slots_and_segments_and_reboots():
    journal = fresh()
    for count in range(1, 60):
        assert journal.append(event(count), b"checkpoint %d" % count) == count
        journal = opened()
        assert (journal.next, journal.depth) == (count + 1, count)
        assert journal.checkpoint == b"checkpoint %d" % count
    assert readable(journal) == list(range(1, 60))
    assert journal.findings == []


def test_events_of_any_length_up_to_2000_bytes_are_kept():
    journal = fresh()
    sizes = [1, 2000, 30, 700, 701, 1999, 250, 13, 1024, 512, 4, 2000, 2000, 2000, 1] * 4
    for size in sizes:
        journal.append(b"x" * size, b"c" * 600)
    journal = opened()
    assert [len(journal.read(i + 1)) for i in range(len(sizes))] == sizes
    journal.close()


def test_longer_events_are_refused_and_change_nothing():
    journal = fresh()
    assert refused(journal.append, b"x" * 2001, CHECKPOINT) == "ValueError"
    assert refused(journal.append, b"x", b"c" * 2001) == "ValueError"
    assert (journal.next, journal.append(b"x", CHECKPOINT)) == (1, 1)


def test_reading_goes_in_any_order():
    journal = fresh()
    fill(journal, 700, 20)
    for sequence in (1, 700, 350, 349, 511, 512, 513, 16, 15, 699, 2, 690):
        assert journal.read(sequence) == event(sequence, 20)
    for sequence in (0, -1, 701):
        assert refused(journal.read, sequence) == "KeyError"
    journal.close()


# the checkpoint


def test_a_checkpoint_saved_alone_counts_until_the_next_event():
    journal = fresh()
    journal.save_checkpoint(b"before any event")
    assert opened().checkpoint == b"before any event"
    fill(journal, 3)
    for i in range(40):
        journal.save_checkpoint(b"mute %d" % i)
        again = opened()
        assert (again.checkpoint, again.next) == (b"mute %d" % i, 4)
    journal.append(event(4), b"with event 4")
    assert opened().checkpoint == b"with event 4"


def test_a_checkpoint_survives_the_move_of_the_events_into_a_segment():
    journal = fresh()
    for i in range(40):
        fill(journal, 1)
        journal.save_checkpoint(b"after %d" % i)
        assert opened().checkpoint == b"after %d" % i


# receipts


def test_a_receipt_counts_up_and_is_kept_with_the_next_event():
    journal = fresh()
    fill(journal, 5)
    assert journal.receipt(journal.name, 3, 0)
    assert (journal.through, journal.depth) == (3, 2)
    fill(journal, 1)
    assert opened().through == 3


def test_a_lower_or_equal_receipt_of_the_same_epoch_is_ignored():
    journal = fresh()
    fill(journal, 5)
    journal.receipt(journal.name, 3, 2)
    assert not journal.receipt(journal.name, 3, 2)
    assert not journal.receipt(journal.name, 2, 2)
    assert not journal.receipt(journal.name, 5, 1)
    assert (journal.through, journal.epoch) == (3, 2)


def test_a_higher_epoch_goes_back_and_what_is_kept_can_be_sent_again():
    journal = fresh()
    fill(journal, 60)
    journal.receipt(journal.name, 60, 1)
    assert journal.receipt(journal.name, 10, 2)
    assert (journal.through, journal.epoch, journal.depth) == (10, 2, 50)
    assert readable(journal) == list(range(1, 61))
    fill(journal, 1)
    again = opened()
    assert (again.through, again.epoch) == (10, 2)


def test_foreign_names_and_nonsense_are_ignored():
    journal = fresh()
    fill(journal, 5)
    assert not journal.receipt("0000000000000000", 3, 0)
    assert not journal.receipt(journal.name, -1, 1)
    assert not journal.receipt(journal.name, 1 << 40, 0)
    assert not journal.receipt(journal.name, 3, 1 << 40)
    assert not journal.receipt(journal.name, 2000000, 0), "a forged one would hide all that follow"
    assert not journal.receipt(journal.name, 3, 2000000)
    assert journal.receipt(journal.name, 0, 0) is False
    assert (journal.through, journal.epoch, journal.findings) == (0, 0, [])


def test_an_older_copy_of_the_flash_never_uses_a_sequence_again_that_the_plant_has():
    journal = fresh()
    fill(journal, 20)
    assert journal.receipt(journal.name, 1000, 0)
    assert (journal.next, journal.depth, len(journal.findings)) == (1001, 0, 1)
    for count in range(40):
        assert journal.append(event(1001 + count), CHECKPOINT) == 1001 + count
        journal = opened()
        assert (journal.next, journal.findings) == (1002 + count, [])
    journal.receipt(journal.name, 1000, 0)
    assert [journal.read(1001 + i) for i in range(40)] == [event(1001 + i) for i in range(40)]
    journal.close()


# the limit


def test_receipted_events_are_erased_only_when_space_is_needed():
    journal = fresh(limit=4 * 4352)
    fill(journal, 60)
    journal.receipt(journal.name, 60, 0)
    assert readable(journal) == list(range(1, 61))
    fill(journal, 60)
    kept = readable(journal)
    assert kept == list(range(journal.oldest, 121)) and 1 < kept[0] <= 61


def test_when_nothing_is_receipted_the_journal_is_full_and_loses_nothing():
    journal = fresh(limit=4 * 4352)
    while True:
        try:
            fill(journal, 1)
        except JournalFull as error:
            assert str(journal.depth) in str(error)
            break
    assert (journal.next, journal.used_percent) == (76, 100)
    assert readable(journal) == list(range(1, 76))
    assert refused(journal.append, b"x", b"c") == "JournalFull"
    journal.receipt(journal.name, 15, 0)
    fill(journal, 15)
    assert refused(journal.append, b"x", b"c") == "JournalFull"
    again = opened(limit=4 * 4352)
    assert (again.next, again.through, again.oldest) == (91, 15, 16)
    assert readable(again) == list(range(16, 91))


def test_used_percent_counts_what_has_no_receipt():
    journal = fresh(limit=10 * 4352)
    fill(journal, 16)
    assert journal.used_percent == 10
    fill(journal, 15 * 7)
    assert journal.used_percent == 80
    journal.receipt(journal.name, 60, 0)
    assert journal.used_percent == 40
    journal.receipt(journal.name, 121, 0)
    assert journal.used_percent == 0


def test_a_long_life_crosses_folders_and_leaves_none_behind():
    journal = fresh(limit=4 * 4352)
    for i in range(1300):
        fill(journal, 1, 30)
        journal.receipt(journal.name, journal.next - 2, 0)
        if i % 100 == 0:
            journal = opened(limit=4 * 4352)
    assert journal.findings == []
    assert listing(FOLDER + "/s") == ["g2"]


# what is damaged or does not belong


def test_a_copied_flash_starts_a_journal_of_its_own():
    journal = fresh()
    fill(journal, 40)
    copy = opened(OTHER)
    assert copy.name != journal.name
    assert (copy.next, copy.checkpoint, readable(copy)) == (1, None, [])
    assert "another board" in copy.findings[0]
    fill(copy, 2)
    assert (opened(OTHER).name, opened(OTHER).findings) == (copy.name, [])
    assert len(listing(FOLDER + ".aside")) == 1


def test_what_is_put_aside_never_piles_up():
    fresh()
    for i in range(10):
        opened(OTHER if i % 2 == 0 else UID)
    assert len(listing(FOLDER + ".aside")) == 4


def test_a_torn_newest_event_is_cut_off():
    journal = fresh()
    for count in range(1, 40):
        fill(journal, 1)
        path = "%s/%d/%d" % (FOLDER, count % 15 // 3, count % 15 % 3)
        with open(path, "rb") as file:
            whole = file.read()
        damage(path, data=whole[: (37 * count) % len(whole)])
        journal = opened()
        assert journal.next == count
        assert readable(journal) == list(range(1, count))
        fill(journal, 1)


def test_a_damaged_checkpoint_gives_way_to_that_of_the_newest_event():
    journal = fresh()
    fill(journal, 16)
    journal.append(event(17), b"with event 17")
    damage(FOLDER + "/c/checkpoint")
    again = opened()
    assert (again.name, again.next, again.checkpoint) == (journal.name, 18, b"with event 17")
    assert readable(again) == list(range(1, 18))
    assert len(again.findings) == 1
    again.save_checkpoint(b"whole again")
    assert (opened().findings, opened().checkpoint) == ([], b"whole again")


def test_a_damaged_slot_in_the_middle_costs_that_event_only():
    journal = fresh()
    fill(journal, 10)
    damage(FOLDER + "/1/2")
    again = opened()
    assert again.next == 11
    fill(again, 30)
    assert readable(again) == [1, 2, 3, 4] + list(range(6, 41))
    assert len(listing(FOLDER + ".aside")) == 1


def test_a_damaged_event_in_a_segment_costs_that_event_only():
    journal = fresh()
    fill(journal, 40)
    damage(FOLDER + "/s/g0/16", 3 * 250 + 5)
    again = opened()
    assert readable(again) == list(range(1, 19)) + list(range(20, 41))
    assert again.findings == ["event 19 is damaged"]


def test_a_damaged_segment_is_put_aside_and_the_rest_goes_on():
    journal = fresh(limit=4 * 4352)
    fill(journal, 40)
    damage(FOLDER + "/s/g0/1")
    again = opened(limit=4 * 4352)
    assert again.oldest == 16
    assert readable(again) == list(range(16, 41))
    assert "damaged" in again.findings[0]
    for _ in range(200):
        fill(again, 1)
        again.receipt(again.name, again.next - 1, 0)
    assert readable(again) == list(range(again.oldest, 241))
    assert len(again.findings) == 1


def test_files_of_somebody_else_are_put_aside_and_a_journal_is_made():
    fresh()
    wipe(FOLDER)
    with open(FOLDER, "wb") as file:
        file.write(b"not even a folder")
    journal = opened()
    fill(journal, 3)
    assert (opened().next, len(journal.findings)) == (4, 1)


def test_whatever_single_file_is_rubbish_opening_works():
    journal = fresh()
    fill(journal, 40)
    paths = ["c/checkpoint", "s/g0/1", "s/g0/16"] + ["%d/%d" % (i // 3, i % 3) for i in range(15)]
    for path in paths:
        for content in (b"", b"\x00", b"\xff" * 400, b"J1" + bytes(60), b"S1" * 3000):
            journal = fresh()
            fill(journal, 40)
            damage(FOLDER + "/" + path, data=content)
            journal = opened()
            before = journal.next
            assert before in (40, 41)
            fill(journal, 20)
            assert len(readable(journal)) >= before - 1 + 20 - 15
            assert opened().next == before + 20


def tidy(journal):
    for _ in journal.tidy():
        pass


def test_tidying_does_what_the_next_append_would_have_to():
    journal = fresh()
    moved = []
    for _ in range(40):
        tidy(journal)
        before = journal._segments.last
        fill(journal, 1)
        assert journal._segments.last == before, "an append moved events"
        moved.append(before)
    assert len(set(moved)) == 3  # two segments were made, each between two appends
    assert readable(journal) == list(range(1, 41))
    again = opened()
    assert (again.next, readable(again)) == (41, list(range(1, 41)))


def test_tidying_changes_nothing_while_there_is_place():
    journal = fresh()
    fill(journal, 3)
    tidy(journal)
    assert journal._segments.last == 0 and journal.checkpoint == CHECKPOINT


def test_tidying_a_full_journal_says_so_and_loses_nothing():
    journal = fresh(limit=2 * 4352)
    try:
        while True:
            fill(journal, 1)
    except JournalFull:
        kept = journal.next - 1
    try:
        tidy(journal)
    except JournalFull:
        assert readable(journal) == list(range(1, kept + 1))
        return
    raise AssertionError("it found place")
