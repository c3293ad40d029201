"""Exactly once: what the table holds after any mix of deliveries."""

import contextlib
import itertools
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pullcord.line import engines
from pullcord.line.claims import Claim
from pullcord.line.database import DatabaseTooNew, advice
from pullcord.line.store import Journal, Store
from tests.host_tools.line.databases import change, rows
from tests.host_tools.line.events import (
    JOURNAL,
    NOW,
    PATH,
    arrival,
    called,
    clock_set,
    encode,
    event,
)

OTHER = "00000000000000ff"


@pytest.fixture
def store(database):
    store = Store(database)
    store.open()
    yield store
    store.close()


def test_an_event_is_recorded_as_it_was_sent(store):
    sent = called(1, boot=17, uptime=93_412)
    outcome = store.commit([arrival(sent, now=NOW + 70)])
    assert [row.position for row in outcome.recorded] == [1]
    row = rows(store, "select * from events")[0]
    assert row["body"] == encode(sent)
    assert (row["id"], row["journal"], row["sequence"]) == (f"{JOURNAL}-1", JOURNAL, 1)
    assert (row["type"], row["source"]) == ("pullcord.andon.called.v1", f"/{PATH}")
    assert (row["clock"], row["boot"], row["uptime"], row["test"]) == ("synced", 17, 93_412, 0)
    assert (row["time"], row["true_time"], row["received_at"]) == ("2026-11-20T17:56:03.412Z", NOW, NOW + 70)


def test_a_repeated_event_is_counted_and_answered_and_not_recorded_again(store):
    store.commit([arrival(event(1))])
    outcome = store.commit([arrival(event(1)), arrival(event(1))])
    assert (outcome.recorded, outcome.duplicates) == ([], 2)
    assert outcome.through == {JOURNAL: Journal(PATH, 1)}


def test_the_same_id_with_another_body_goes_to_quarantine(store):
    store.commit([arrival(event(1))])
    outcome = store.commit([arrival(called(1))])
    assert (
        outcome.refused[0].reason
        == f"id: {JOURNAL}-1 is recorded already, with another body; the first one counts"
    )
    assert [row["body"] for row in rows(store, "select body from events")] == [encode(event(1))]


def test_two_bodies_of_one_id_in_one_batch_first_wins(store):
    outcome = store.commit([arrival(called(1)), arrival(event(1)), arrival(called(1))])
    assert (len(outcome.recorded), outcome.duplicates, len(outcome.refused)) == (1, 1, 1)
    assert rows(store, "select type from events")[0]["type"] == "pullcord.andon.called.v1"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "is not of type 'object'"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": NaN}', "NaN is no JSON number"),
        (b"9" * 5000, "not JSON"),
        (encode(event(1) | {"sequence": "0000000002"}), "is not that of the id"),
        (encode(event(1) | {"uptime": 2**70}), "uptime"),
        (encode(event(1) | {"source": "\ud800"}), "source"),
        (encode(event(1, "andon.sung")), "is not known to this version"),
        (encode(event(1) | {"note": "half \ud800"}), "half of a character"),
        (encode(event(1) | {"note": {"a\0": 1}}), "a NUL"),
    ],
)
def test_a_malformed_message_is_kept_with_its_reason_and_stops_nothing(store, payload, reason):
    outcome = store.commit([arrival(payload), arrival(event(2))])
    assert len(outcome.recorded) == 1
    kept = rows(store, "select * from quarantine")
    assert len(kept) == 1
    assert reason in kept[0]["reason"]
    assert kept[0]["payload"] == payload[: 64 * 1024]
    assert kept[0]["topic"] == f"pullcord/v1/{PATH}/event"


def test_a_malformed_message_whose_id_is_readable_does_not_hold_the_station_up(store):
    outcome = store.commit([arrival(event(1)), arrival(encode(event(2))[:-30]), arrival(event(3))])
    assert outcome.through[JOURNAL].through == 3


def test_a_malformed_message_is_kept_once_however_often_it_comes(store):
    store.commit([arrival(b"{"), arrival(b"{")])
    outcome = store.commit([arrival(b"{")])
    assert (outcome.refused, outcome.duplicates) == ([], 1)
    assert len(rows(store, "select * from quarantine")) == 1


def test_a_quarantined_sequence_is_still_recorded_when_the_good_event_comes(store):
    store.commit([arrival(encode(event(1))[:-1])])
    store.commit([arrival(event(1))])
    assert [row["id"] for row in rows(store, "select id from events")] == [f"{JOURNAL}-1"]


def test_an_unseen_journal_waits_for_its_first_event(store):
    assert store.commit([arrival(event(5))]).through[JOURNAL].through == 0
    late = [arrival(event(n)) for n in (4, 2, 3, 1)]
    assert store.commit(late).through[JOURNAL].through == 5


deliveries = st.lists(
    st.lists(st.tuples(st.sampled_from([JOURNAL, OTHER]), st.integers(1, 12)), max_size=8), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(deliveries, st.integers(0, 7))
def test_any_order_repetition_and_loss(new_database, batches, broken):
    """The table is exactly the set of what came, and through is the contiguous prefix of each journal."""
    database = new_database()
    with contextlib.closing(Store(database)) as store:
        store.open()
        came = {JOURNAL: set(), OTHER: set()}
        for batch in batches:
            outcome = store.commit([delivered(journal, sequence, broken) for journal, sequence in batch])
            for journal, sequence in batch:
                came[journal].add(sequence)
            for journal, known in outcome.through.items():
                assert known.through == prefix(came[journal])
        stored = rows(store, "select journal, sequence, position from events order by position")
        wanted = {(journal, n) for journal, all_of in came.items() for n in all_of if n != broken}
        assert sorted((row["journal"], row["sequence"]) for row in stored) == sorted(wanted)
        assert [row["position"] for row in stored] == list(range(1, len(stored) + 1))
        with contextlib.closing(Store(database)) as again:
            known = again.open()
        assert {journal: j.through for journal, j in known.items()} == {
            journal: prefix(all_of) for journal, all_of in came.items() if all_of
        }


def test_a_batch_that_fails_leaves_nothing(store, monkeypatch):
    monkeypatch.setattr(store, "_advance_all", trouble)
    with pytest.raises(OperationalError):
        store.commit([arrival(event(1))])
    monkeypatch.undo()
    assert rows(store, "select * from events") == []
    assert store.commit([arrival(event(1))]).through[JOURNAL].through == 1


def test_an_event_that_the_database_will_not_take_is_quarantined_alone(store, monkeypatch):
    insert = store._insert_events

    def picky(connection, new):
        if any(reading.identity.sequence == 2 for reading in new):
            raise OverflowError("too large")
        return insert(connection, new)

    monkeypatch.setattr(store, "_insert_events", picky)
    outcome = store.commit([arrival(event(n)) for n in (1, 2, 3)])
    assert len(outcome.recorded) == 2
    assert outcome.refused[0].reason == "could not be recorded: OverflowError('too large')"
    assert outcome.through[JOURNAL].through == 3


def test_a_database_that_another_program_writes_to_says_so_and_what_to_do(database, monkeypatch):
    monkeypatch.setattr("pullcord.line.engines.BUSY_MS", 10)
    monkeypatch.setitem(engines.POSTGRESQL, "lock_timeout", 10)
    with contextlib.closing(Store(database)) as store, contextlib.closing(Store(database)) as other:
        store.open()
        with other._engine.begin():
            with pytest.raises(OperationalError) as caught:
                store.commit([arrival(event(1))])
            assert "end the other program that writes to it" in advice(caught.value, store.place)
        assert len(store.commit([arrival(event(1))]).recorded) == 1


def test_two_that_record_at_once_leave_no_hole_and_no_double(database):
    """Each event twice, by two recorders over one database, as when the old service was not ended."""
    Store(database).open()
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(recording, database) for _ in range(2)]:
            done.result()
    positions = [row["position"] for row in rows(database, "select position from events order by position")]
    assert positions == list(range(1, 41))


def recording(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        for sequence in range(1, 41, 2):
            store.commit([arrival(event(sequence)), arrival(event(sequence + 1))])


def test_a_commit_is_on_the_disk_before_it_returns(store):
    with store._engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
        else:
            assert connection.exec_driver_sql("show synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("show fsync").scalar() == "on"


def test_a_database_of_a_later_version_is_not_touched(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        change(store, "update meta set value = '99' where key = 'schema'")
    with pytest.raises(DatabaseTooNew, match="update pullcord, or name another database"):
        Store(database).open()


# A database that was restored


def test_a_claim_that_the_database_does_not_know_raises_the_epoch_once(store):
    store.commit([arrival(event(1))])
    assert store.raise_epoch(PATH, Claim(JOURNAL, 9, 4)) == Journal(PATH, 1)
    assert store.epoch == 5
    assert store.raise_epoch(PATH, Claim(JOURNAL, 9, 4)) is None
    assert store.epoch == 5


def test_a_receipt_of_a_later_epoch_raises_it_even_when_nothing_is_missing(store):
    store.commit([arrival(event(1))])
    assert store.raise_epoch(PATH, Claim(JOURNAL, 1, 3)) is not None
    assert store.epoch == 4


def test_what_is_known_is_no_claim(store):
    store.commit([arrival(event(1)), arrival(event(2))])
    assert store.raise_epoch(PATH, Claim(JOURNAL, 2, 1)) is None


def test_the_epoch_survives_a_restart(database):
    store = Store(database)
    store.open()
    store.raise_epoch(PATH, Claim(JOURNAL, 9, 0))
    store.close()
    again = Store(database)
    assert again.open() == {JOURNAL: Journal(PATH, 0)}
    assert again.epoch == 2
    again.close()


def test_a_hole_is_reported_and_the_journal_moves_on(store):
    store.commit([arrival(event(n)) for n in (1, 5, 6)])
    assert store.report_hole(JOURNAL, 4, NOW) == Journal(PATH, 6)
    assert [(row["first"], row["last"]) for row in rows(store, "select * from holes")] == [(2, 4)]
    assert store.report_hole(JOURNAL, 4, NOW) is None


def test_an_event_of_a_reported_hole_is_still_recorded(store):
    store.commit([arrival(event(n)) for n in (1, 5)])
    store.report_hole(JOURNAL, 4, NOW)
    outcome = store.commit([arrival(event(3))])
    assert len(outcome.recorded) == 1
    assert outcome.through[JOURNAL].through == 5


# True time


def test_events_before_the_clock_was_set_get_their_time_from_it(store):
    early = event(1, at=None, uptime=1_000)
    store.commit([arrival(early)])
    store.commit([arrival(clock_set(2, uptime=11_000))])
    assert placed(store)[1] == ("boot", NOW - 10_000, 42)


def test_a_boot_that_never_had_the_time_lies_between_its_neighbours(store):
    sent = [
        clock_set(1, at=NOW, boot=1, uptime=50_000),
        event(2, at=None, boot=2, uptime=4_000),
        event(3, at=None, boot=2, uptime=10_000),
        clock_set(4, at=NOW + 31_000, boot=3, uptime=1_000),
    ]
    store.commit([arrival(e) for e in sent])
    assert placed(store)[2] == ("between", NOW + 14_000, 10_040)
    assert placed(store)[3] == ("between", NOW + 20_000, 10_040)


def test_the_error_of_a_sent_time_is_that_of_the_clock(store):
    sent = [
        event(1),
        clock_set(2, error_ms=25),
        event(3),
        event(4, clock="holdover", uptime=2_000 + 3_600_000),
    ]
    store.commit([arrival(e) for e in sent])
    assert [error for _how, _when, error in placed(store).values()] == [1_000, 25, 25, 25 + 720]


def test_an_error_rests_on_the_latest_clock_before_the_event_wherever_it_was_recorded(store):
    store.commit([arrival(clock_set(2, error_ms=25)), arrival(clock_set(6, error_ms=60))])
    late = [event(7), clock_set(4, error_ms=40), event(5), event(3), event(1), event(8, boot=2)]
    store.commit([arrival(e) for e in late])
    assert {sequence: error for sequence, (_how, _when, error) in placed(store).items()} == {
        **{1: 1_000, 2: 25, 3: 25, 4: 40},
        **{5: 40, 6: 60, 7: 60, 8: 1_000},
    }


NAMELESS = arrival(b'{"specversion":"1.0","oops')


def test_an_unreadable_message_without_an_id_does_not_hold_its_journal_up_for_ever(store):
    later = [arrival(event(sequence)) for sequence in (3, 4)]
    assert store.commit([arrival(event(1)), NAMELESS, *later]).through[JOURNAL].through == 1
    rounds = [store.commit([NAMELESS, *later]).through[JOURNAL].through for _ in range(3)]
    assert rounds == [1, 1, 4]
    assert len(rows(store, "select * from quarantine")) == 1
    assert store.commit([arrival(event(5))]).through[JOURNAL].through == 5


def test_rubbish_of_another_takes_no_events_place_while_the_journal_goes_on(store):
    store.commit([NAMELESS])
    for sequence in (1, 3, 5, 7):
        store.commit([NAMELESS, arrival(event(sequence + 1)), NAMELESS])
        assert store.commit([arrival(event(sequence))]).through[JOURNAL].through == sequence + 1


def test_rubbish_takes_no_place_where_more_than_one_event_is_missing(store):
    store.commit([arrival(event(1)), arrival(event(4))])
    for _ in range(6):
        store.commit([NAMELESS])
    assert store.commit([arrival(event(4))]).through[JOURNAL].through == 1


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.lists(st.integers(1, 5), max_size=3))
def test_the_order_of_arrival_does_not_change_true_time(new_database, order, cuts):
    sent = [
        clock_set(1, at=NOW, boot=1, uptime=50_000),
        event(2, at=None, boot=2, uptime=4_000),
        event(3, at=None, boot=3, uptime=2_000),
        clock_set(4, at=NOW + 31_000, boot=3, uptime=9_000),
        event(5, at=None, boot=4, uptime=500),
        clock_set(6, at=NOW + 60_000, boot=4, uptime=9_000),
    ]
    assert settled(new_database(), sent, order, cuts) == settled(new_database(), sent, range(6), [])


def settled(database, sent, order, cuts):
    with contextlib.closing(Store(database)) as store:
        store.open()
        shuffled = [arrival(sent[index]) for index in order]
        edges = [0, *sorted(cuts), len(shuffled)]
        for first, last in itertools.pairwise(edges):
            store.commit(shuffled[first:last])
        return placed(store)


def delivered(journal, sequence, broken):
    payload = encode(event(sequence, journal=journal))
    return arrival(payload[:-1] if sequence == broken else payload)


def prefix(sequences):
    return next(n for n in range(100) if n + 1 not in sequences)


def placed(store):
    query = "select sequence, placed, true_time, error_ms from events order by sequence"
    return {row["sequence"]: (row["placed"], row["true_time"], row["error_ms"]) for row in rows(store, query)}


def trouble(*_arguments):
    raise OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))
