"""Old events get smaller, and nothing that they said is lost."""

import contextlib
import json

import pytest

from pullcord.line import retention
from pullcord.line.store import Journal, Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.databases import rows, tables
from tests.host_tools.line.events import JOURNAL, NOW, PATH, arrival, called, encode, event

DAY = 86_400_000


@pytest.fixture
def store(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        yield store


def thin(store, before=NOW + DAY):
    with store.transaction() as connection:
        return retention.thin(connection, before, 0, 1_000)


def fold(store):
    projector = store.projector(all_of_them())
    projector.open()
    projector.rebuild()
    while not projector.catch_up().done:
        assert projector.trouble == {}
    return tables(store)


def fill(store):
    about = {"call": f"{JOURNAL}-1", "category": "quality", "by": "märia", "via": "badge"}
    store.commit([arrival(called(1)), arrival(event(2, "andon.acknowledged", about, at=NOW + 5_000))])
    store.commit([arrival(event(n)) for n in range(3, 60)])


def test_every_table_comes_out_the_same_from_thinned_events(store):
    fill(store)
    live, before = fold(store), rows(store, "select * from events order by position")
    done = thin(store)
    assert (done.position, done.events) == (59, 59)
    assert done.saved > 59 * 80
    assert fold(store) == live
    after = rows(store, "select * from events order by position")
    for old, new in zip(before, after, strict=True):
        assert {**old, "body": 0} == {**new, "body": 0}
        assert json.loads(bytes(new["body"]))["data"] == json.loads(bytes(old["body"]))["data"]


def test_what_is_sent_again_is_still_the_same_and_another_body_is_not(store):
    fill(store)
    thin(store)
    outcome = store.commit([arrival(called(1)), arrival(event(3))])
    assert (outcome.recorded, outcome.duplicates, outcome.refused) == ([], 2, [])
    (refused,) = store.commit([arrival(event(3) | {"boot": 9})]).refused
    assert "is recorded already, with another body" in refused.reason


def test_thinning_twice_and_thinning_what_is_young_changes_nothing(store):
    fill(store)
    assert thin(store, before=NOW) == (None, 0, 0)
    thin(store)
    bodies = rows(store, "select body from events order by position")
    assert thin(store).events == 0
    assert rows(store, "select body from events order by position") == bodies


def test_an_event_that_says_more_than_this_version_knows_is_kept_as_it_is(store):
    newer = called(1) | {"severity": 7}
    store.commit([arrival(newer)])
    assert thin(store).events == 0
    assert bytes(rows(store, "select body from events")[0]["body"]) == encode(newer)


def test_messages_in_quarantine_stay_until_their_journal_has_passed_them(store):
    store.commit([arrival(event(1)), arrival(encode(event(2))[:-5]), arrival(encode(event(5))[:-5]), arrival(b"{")])
    with store.transaction() as connection:
        assert retention.forget_quarantined(connection, NOW) == 0
        assert retention.forget_quarantined(connection, NOW + DAY) == 2
    assert [row["sequence"] for row in rows(store, "select sequence from quarantine")] == [5]
    assert store.commit([arrival(event(3)), arrival(event(4))]).through[JOURNAL] == Journal(PATH, 5)
