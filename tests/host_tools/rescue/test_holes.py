"""What a journal does not hold any more is told by its numbers, not passed over."""

from pullcord.cli import rescued_words
from pullcord.rescue import holes, reading
from pullcord.rescue.holes import DAMAGED, ERASED, Hole
from station.store.journal import Journal
from tests.host_tools.line.events import called, encode, event

UID = bytes(range(8))
LIMIT = 4 * 4352  # four segments


def a_journal(folder, count):
    """A journal with events 1 ... `count`, as the firmware keeps it."""
    journal = Journal.open(str(folder), UID, lambda size: bytes(size), LIMIT)
    for sequence in range(1, count + 1):
        if journal.used_percent >= 100:
            journal.give_up(journal.oldest_block()[-1])
        journal.append(encode(called(sequence)), b"checkpoint")
    journal.close()
    return journal


def read(folder):
    return reading.events_of(folder, UID.hex(), [])


def test_a_whole_journal_has_no_hole(tmp_path):
    a_journal(tmp_path / "journal", 40)
    found = read(tmp_path / "journal")
    assert (len(found.events), found.holes, found.unread) == (40, [], [])


def test_what_gave_way_to_newer_events_is_one_hole_before_the_rest(tmp_path):
    journal = a_journal(tmp_path / "journal", 200)
    found = read(tmp_path / "journal")
    assert found.holes == [Hole(1, journal.oldest - 1, ERASED)]
    assert len(found.events) + found.holes[0].size == 200
    assert found.unread == []


def test_a_corrupt_middle_is_told_by_its_numbers_and_all_around_it_is_there(tmp_path):
    a_journal(tmp_path / "journal", 50)
    segments = sorted((tmp_path / "journal" / "s" / "g0").iterdir(), key=lambda file: int(file.name))
    damaged = bytearray(segments[1].read_bytes())
    damaged[10] ^= 0xFF
    segments[1].write_bytes(damaged)
    first = int(segments[1].name)
    found = read(tmp_path / "journal")
    assert found.holes == [Hole(first, first, DAMAGED)] and len(found.events) == 49
    segments[1].write_bytes(b"\xff" * 4096)
    found = read(tmp_path / "journal")
    assert found.holes == [Hole(first, int(segments[2].name) - 1, DAMAGED)]
    assert len(found.events) + found.holes[0].size == 50
    assert any("is damaged, put aside" in words for words in found.unread)


def test_a_kept_file_shows_the_holes_between_its_events():
    kept = [encode(called(number)) for number in (3, 4, 7, 8, 10)]
    assert [(hole.first, hole.last) for hole in holes.of_file(kept)] == [(5, 6), (9, 9)]
    assert holes.of_file([b"{}"]) == holes.of_file([]) == []


def test_a_number_that_is_nonsense_keeps_nobody_waiting():
    assert holes.of_file([encode(called(1)), encode(called(4_000_000_000))])[0].size < 200_000


def test_what_the_station_could_not_keep_is_summed_up_from_its_gaps():
    gap = {"count": 3, "kinds": {"andon.called": 2, "cycle.completed": 1}, "first": 0, "last": 9}
    gaps = [encode(event(number, "station.gap", gap)) for number in (1, 2)]
    odd = [encode(event(3, "station.gap", {"kinds": {"andon.called": "many"}})), b"{}", b"no JSON", b"[]"]
    assert holes.never_recorded([*gaps, *odd, encode(called(4))]) == {"andon.called": 4, "cycle.completed": 2}


def test_the_report_counts_rescued_known_gone_and_names_the_numbers():
    told = {"events": 7, "recorded": "line.db", "new": 5, "known": 1, "refused": ["odd"], "never_recorded": {"a": 2}}
    assert rescued_words.lines(told, [Hole(3, 4, DAMAGED), Hole(9, 9, ERASED)]) == [
        "7 events: 5 recorded, 1 were there already, 1 make no sense and are kept aside.",
        "3 that the plant has no receipt for are gone:",
        "  events 3 to 4 are gone: damaged",
        "  event 9 is gone: erased by the station, to make room for newer ones",
        "The station itself tells of 2 that it could not keep: 2 a.",
    ]


def test_what_lies_behind_a_hole_is_not_called_recorded():
    told = {"events": 7, "recorded": "broker", "unproven": 3, "file": "r.jsonl", "never_recorded": {}}
    assert rescued_words.lines(told, [])[:2] == [
        "7 events: the recorder has 4.",
        "The other 3 were sent, but lie behind a hole, over which no receipt counts. "
        "To be sure of them: pullcord rescue r.jsonl --db line.db",
    ]
