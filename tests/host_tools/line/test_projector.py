"""The log is the truth: what is folded from it is the same however often it is begun anew, killed or repeated."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from pullcord.line import database
from pullcord.line.log import KeyReused, PlantEvent
from pullcord.line.projector import Projector
from pullcord.line.store import Store
from pullcord.line.tables import metadata
from pullcord.pull.projections import all_of_them
from pullcord.pull.sheet import Sheet
from tests.host_tools.line.databases import change, rows, tables
from tests.host_tools.line.events import JOURNAL, NOW, arrival, called, clock_set, event

CALL = {"call": f"{JOURNAL}-2", "category": "quality"}


def shift():
    """Events of one journal: a boot without a clock, a call with a stop, a call that is cancelled, one left open."""
    by = {"by": "maria", "via": "badge"}
    sent = [
        called(1, at=None, uptime=900),
        called(2, at=NOW),
        event(3, "andon.stopped", CALL | {"policy": "immediate"}, at=NOW + 10),
        event(4, "andon.acknowledged", CALL | by, at=NOW + 5_000),
        event(5, "andon.resolved", CALL | by | {"reason": "unspecified"}, at=NOW + 60_000),
        event(6, "andon.restarted", by | {"stop": f"{JOURNAL}-3"}, at=NOW + 61_000),
        called(7, "material", at=NOW + 70_000),
        event(8, "andon.cancelled", {"call": f"{JOURNAL}-7", "category": "material"} | by, at=NOW + 71_000),
        clock_set(9, at=NOW + 72_000),
        called(10, "help", at=NOW + 80_000),
    ]
    for one, at in zip(sent, (None, 0, 10, 5_000, 60_000, 61_000, 70_000, 71_000, 72_000, 80_000), strict=True):
        one["uptime"] = 900 if at is None else 2_000 + at
    return sent


@pytest.fixture
def store(database):
    store = Store(database)
    store.open()
    yield store
    store.close()


def fill(store, sent=None, batch=4):
    sent = sent or shift()
    for first in range(0, len(sent), batch):
        arrivals = [arrival(one, now=NOW + 100_000) for one in sent[first : first + batch]]
        store.commit(arrivals)
    cause = {"call": f"{JOURNAL}-2", "cause": "worn_fixture"}
    store.append(PlantEvent("cause.entered", NOW + 200_000, "planner", cause), NOW + 200_001)


def fold(store, limit=1_000):
    projector = store.projector(all_of_them())
    projector.open()
    while not projector.catch_up(limit).done:
        assert projector.trouble == {}
    return projector


def test_positions_of_stations_events_and_decisions_are_one_row_without_a_hole(store):
    fill(store)
    query = "select position from events union all select position from plant_events order by position"
    positions = [row["position"] for row in rows(store, query)]
    assert positions == list(range(1, len(positions) + 1))
    assert len(positions) == len(shift()) + 2  # the boot's placement, and the cause


def test_the_fold_gives_calls_and_stops(store):
    fill(store)
    fold(store)
    calls = {row["call"]: row for row in rows(store, "select * from calls")}
    stops = rows(store, "select * from stops")
    assert len(calls) == 4
    assert calls[f"{JOURNAL}-2"]["cause"] == "worn_fixture"
    assert calls[f"{JOURNAL}-1"]["called_at"] == NOW - 1_100  # boot 1 was at uptime 2,000 at NOW
    assert [stop["restarted_at"] - stop["stopped_at"] for stop in stops] == [60_990]


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(10)), st.integers(1, 10), st.integers(1, 7), st.integers(1, 7))
def test_killed_and_begun_anew_gives_the_same_tables(new_database, order, batch, limit, kill_after):
    """Events come in any order; the folding process ends after some batches, and another goes on from the tables."""
    with contextlib.closing(Store(new_database())) as store:
        store.open()
        sent = shift()
        fill(store, [sent[index] for index in order], batch)
        first = store.projector(all_of_them())
        first.open()
        for _ in range(kill_after):
            first.catch_up(limit)
        fold(store, limit)
        live = tables(store)
        again = fold(store)
        again.rebuild()
        assert [rows for rows in tables(store).values() if rows] == []
        again.catch_up()
        assert tables(store) == live
        assert len(live["calls"]) == 4


def test_folding_as_it_comes_is_folding_at_the_end(store):
    projector = store.projector(all_of_them())
    projector.open()
    for one in shift():
        store.commit([arrival(one, now=NOW + 100_000)])
        projector.catch_up()
    live = tables(store)
    fold(store).rebuild()
    fold(store)
    assert tables(store) == live


def test_another_version_begins_anew_while_events_are_recorded(store):
    fill(store)
    fold(store)
    newer = all_of_them()
    newer[0].version += 1
    projector = store.projector(newer)
    projector.open()
    assert tables(store)["calls"] == []
    assert projector.catch_up(3) == (3, 12)
    store.commit([arrival(called(11, "material", at=NOW + 90_000), now=NOW + 100_000)])
    while not projector.catch_up(3).done:
        pass
    assert len(tables(store)["calls"]) == 5


def test_two_that_fold_the_same_database_do_not_undo_each_other(store):
    one, other = store.projector(all_of_them()), store.projector(all_of_them())
    one.open()
    other.open()
    fill(store)
    while not (one.catch_up(2).done and other.catch_up(3).done):
        pass
    live = tables(store)
    one.rebuild()
    one.catch_up()
    assert tables(store) == live


class Picky:
    """Cannot take a decision."""

    name, version = "picky", 1

    def __init__(self):
        self.seen = Sheet("picky", ("position",), {"position": int})
        self.sheets = (self.seen,)

    def apply(self, entry):
        if entry.kind == "cause.entered":
            raise ZeroDivisionError("no")
        self.seen.put({"position": entry.position})


def test_a_projection_that_fails_stands_still_and_says_where_and_the_others_go_on(store):
    fill(store)
    projector = store.projector([*all_of_them(), Picky()])
    projector.open()
    assert projector.catch_up(5) == (5, 12)
    assert projector.catch_up().done
    assert projector.trouble == {"picky": "position 12 (cause.entered): ZeroDivisionError('no')"}
    assert rows(store, "select count(*) as seen from picky") == [{"seen": 5}]
    assert len(tables(store)["calls"]) == 4


def test_rows_that_the_database_will_not_take_stop_that_projection_only(store):
    fill(store)
    greedy = Picky()
    greedy.apply = lambda entry: greedy.seen.put({"position": entry.position + 2**70})
    projector = store.projector([*all_of_them(), greedy])
    projector.open()
    assert projector.catch_up().done
    assert projector.trouble["picky"].startswith("positions 1 to 12: ")
    assert rows(store, "select * from picky") == []
    assert len(tables(store)["calls"]) == 4


@pytest.mark.parametrize("where", ["fetch", "write", "last write", "commit"])
def test_trouble_in_the_middle_of_a_fold_is_tried_again_and_counts_nothing_twice(store, monkeypatch, where):
    """A full disk, a server that dies: rows in memory are ahead of the tables then."""
    cycles = {"cycle_ms": 60_000, "takt_ms": 61_000, "count": 1, "ahead_ms": 0}
    fill(store, [*shift(), *[event(n, "cycle.completed", cycles, at=NOW + n) for n in range(11, 30)]])
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up(15)
    with monkeypatch.context() as patch:
        failing(patch, projector, where)
        with pytest.raises(OperationalError):
            projector.catch_up(10)
        assert projector.trouble == {}
    while not projector.catch_up(10).done:
        assert projector.trouble == {}
    live = tables(store)
    fold(store).rebuild()
    fold(store)
    assert tables(store) == live
    assert sum(row["count"] for row in rows(store, "select count from cycles")) == 19


def failing(patch, projector, where):
    trouble = OperationalError("insert", {}, Exception("database or disk is full"))
    if where == "fetch":
        for sheet in projector._projections[1].sheets:
            patch.setattr(sheet, "fetch", raising(trouble))
        projector._projections[1].cycles.load([])
        projector._projections[1].cycles.fetch = raising(trouble)
    elif where == "commit":
        patch.setattr(projector, "_catch_up", lambda connection, limit: (
            Projector._catch_up(projector, connection, limit), raising(trouble)())[0])  # fmt: skip
    else:
        write, calls = Projector._write, []
        sheets = [sheet.name for projection in projector._projections for sheet in projection.sheets]
        at = sheets.index("cycles_waiting") if where == "write" else len(sheets) - 1

        def written(connection, sheet):
            calls.append(sheet)
            if len(calls) == at + 1:
                raise trouble
            write(projector, connection, sheet)

        patch.setattr(projector, "_write", written)


def raising(error):
    def raise_it(*_arguments):
        raise error

    return raise_it


def test_a_decision_with_the_same_key_is_recorded_once(store):
    decision = PlantEvent("cause.entered", NOW, "planner", {"call": "x-1", "cause": "y"}, key="form-7")
    assert store.append(decision, NOW) == (1, False)
    assert store.append(decision._replace(data={"call": "x-1", "cause": "z"}), NOW) == (1, True)


@pytest.mark.parametrize("other", [{"by": "maria"}, {"data": {"call": "x-2", "cause": "y"}}])
def test_a_key_that_stands_for_something_else_is_refused_where_that_matters(store, other):
    decision = PlantEvent("cause.entered", NOW, "planner", {"call": "x-1", "cause": "y"}, "form-7", exact=True)
    assert store.append(decision, NOW) == (1, False)
    assert store.append(decision._replace(at=NOW + 1), NOW + 1) == (1, True)
    with pytest.raises(KeyReused, match=r"another cause\.entered already \(position 1"):
        store.append(decision._replace(**other), NOW)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("cause.entred", {}, "cause.entred: no such plant event: did you mean cause.entered?"),
        ("cause.entered", {"call": "x"}, "cause.entered: cause: Field required"),
        ("cause.entered", {"call": "x", "cause": "y", "z": 1}, "cause.entered: z: Extra inputs are not permitted"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_in_words(store, kind, data, said):
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        store.append(PlantEvent(kind, NOW, "planner", data), NOW)


# Databases of other versions


def test_a_filled_database_goes_back_and_forth(store):
    fill(store)
    fold(store)
    live = tables(store)["stops"]
    with store._engine.begin() as connection:
        database.migrate(connection, "downgrade", "0001")
        assert "plant_events" not in inspect(connection).get_table_names()
        assert database.get(connection, "schema") == "1"
    store.close()
    again = Store(store.place)
    again.open()
    fold(again)
    assert tables(again)["stops"] == live
    again.close()


def test_a_database_of_the_first_version_is_brought_up_with_its_events(store):
    """As that version left it: its tables, its number, and no mark of Alembic's."""
    fill(store, shift()[:1])
    gone = [f"drop table {table}" for table in ("plant_events", "projections", "alembic_version")]
    change(store, *gone, "update meta set value = '1' where key = 'schema'")
    store.close()
    old = Store(store.place)
    old.open()
    assert old.counts()["recorded"] == 1
    fold(old)
    assert len(tables(old)["calls"]) == 1
    old.close()


def test_the_migrations_make_the_tables_that_the_code_knows(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [step for steps in compare_metadata(context, metadata) for step in steps]
    # Comments are for the reader of the code; SQLite has none.
    assert [step for step in found if step[0] != "modify_comment"] == []
