"""What was known then and what was true then: late signals and late clocks make the difference."""

import contextlib

import pytest

from pullcord.line.history import History
from pullcord.line.log import PlantEvent
from pullcord.line.log_reader import LogReader
from pullcord.line.store import Store
from tests.host_tools.line.events import NOW, arrival, clock_set, event
from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, loop

SECOND = 1_000
NEAR, FAR = "00000000000000c0", "00000000000000f0"


@pytest.fixture
def store(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        store.declare({"hash": "x", "plant": {"loops": {"bolt": loop((A, B))}}}, NOW)
        yield store


def tap(sequence, at, role, card, *, journal=NEAR, path=CONSUMER, heard=None, **more):
    data = {"reader": "r", "role": role, "card": card, "loop": "bolt", "table": 1, "certain": True}
    moment = None if at is None else NOW + at * SECOND
    made = event(sequence, "kanban.tapped", data, journal=journal, path=path, at=moment, **more)
    return arrival(made, now=NOW + (at if heard is None else heard) * SECOND)


@contextlib.contextmanager
def history(store):
    with contextlib.closing(LogReader(store.place)) as reader:
        yield History(reader)


def queue(standing):
    return [row["card"] for row in standing["queues"].get(SUPPLIER, [])]


def states(standing):
    return [card["state"] for card in standing["cards"]]


def test_a_signal_that_came_late_was_true_before_it_was_known(store):
    store.commit([tap(1, 10, "signal", B)])
    store.commit([tap(1, 5, "signal", A, journal=FAR, heard=60)])
    with history(store) as then:
        assert queue(then.known_then(NOW + 30 * SECOND)) == [B]
        assert queue(then.true_then(NOW + 30 * SECOND)) == [A, B]
        assert queue(then.known_then(NOW + 60 * SECOND)) == [A, B]
        assert queue(then.true_then(NOW + 7 * SECOND)) == [A]
        assert then.known_then(NOW - 1)["loops"] == []


def test_an_event_without_a_clock_is_true_where_it_was_placed(store):
    store.commit([tap(1, 10, "signal", B)])
    store.commit([tap(1, None, "signal", A, journal=FAR, boot=1, uptime=1_000, heard=60)])
    with history(store) as then:
        assert queue(then.known_then(NOW + 60 * SECOND)) == [B]
    store.commit([arrival(clock_set(2, journal=FAR, path=CONSUMER, at=NOW + 61 * SECOND, uptime=57_000))])
    with history(store) as then:  # its boot began at 4 s
        assert queue(then.true_then(NOW + 7 * SECOND)) == [A]
        assert queue(then.true_then(NOW + 61 * SECOND)) == [A, B]


def test_what_was_overtaken_as_known_was_in_order_as_true(store):
    store.commit([tap(1, 10, "signal", B)])
    store.commit([tap(1, 20, "ship", B, journal=FAR, path=SUPPLIER)])
    store.commit([tap(2, 5, "signal", A, heard=60)])
    with history(store) as then:
        assert states(then.known_then(NOW + 30 * SECOND)) == ["full", "in_transit"]
        true = then.true_then(NOW + 30 * SECOND)
        assert states(true) == ["released", "in_transit"]
        assert [row["kind"] for row in true["findings"]] == ["not_in_order", "stock_out"]


def test_decisions_count_from_when_they_were_taken_and_stock_with_them(store):
    count = {"item": "bolt", "counted": 33, "reason": "yearly"}
    store.append(PlantEvent("stock.counted", NOW + 20 * SECOND, "maria", count), NOW + 20 * SECOND)
    with history(store) as then:
        assert then.known_at(1)["stock"][0]["recorded"] == 40
        assert then.known_at(2)["stock"][0]["recorded"] == 33
        assert then.true_then(NOW + 19 * SECOND)["stock"][0]["recorded"] == 40
        assert then.true_then(NOW + 20 * SECOND)["stock"][0]["recorded"] == 33


def test_an_empty_database_knew_nothing(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        with history(store) as then:
            assert then.known_then(NOW)["loops"] == then.true_then(NOW)["loops"] == []
