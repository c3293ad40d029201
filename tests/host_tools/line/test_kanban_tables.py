"""Loops in the database: what was folded as it came is what is folded from the start."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.line.log import PlantEvent
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.databases import tables
from tests.host_tools.line.events import NOW, arrival, event
from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, C, loop

JOURNALS = {CONSUMER: "00000000000000c0", SUPPLIER: "00000000000000f0"}
ROLES = {"signal": CONSUMER, "receive": CONSUMER, "ship": SUPPLIER}


def tap(sequence, at, role, card):
    station = ROLES[role]
    data = {"reader": "r", "role": role, "card": card, "loop": "bolt", "table": 1, "certain": True}
    return event(sequence, "kanban.tapped", data, journal=JOURNALS[station], path=station, at=NOW + at * 1000)


def day():
    consumer = [(10, "signal", A), (40, "signal", B), (90, "receive", A), (95, "signal", C), (200, "signal", A)]
    supplier = [(60, "ship", A), (120, "ship", C), (150, "ship", B)]
    return [tap(n, *what) for taps in (consumer, supplier) for n, what in enumerate(taps, 1)]


def fold(store, rebuild=False):
    projector = store.projector(all_of_them())
    projector.open()
    if rebuild:
        projector.rebuild()
    while not projector.catch_up(3).done:
        assert projector.trouble == {}
    assert projector.trouble == {}


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(8)), st.integers(1, 8))
def test_any_order_of_arrival_and_a_new_process_each_time(new_database, order, batch):
    with contextlib.closing(Store(new_database())) as store:
        store.open()
        declared = {"hash": "x", "plant": {"loops": {"bolt": loop()}}}
        store.append(PlantEvent("plant.declared", NOW, "planner", declared), NOW)
        sent = day()
        for first in range(0, len(sent), batch):
            store.commit([arrival(sent[index], now=NOW + 900_000) for index in order[first : first + batch]])
            fold(store)
        live = tables(store)
        fold(store, rebuild=True)
        assert tables(store) == live
        assert len(live["cards"]) == 3
        assert sum(row[1] == "bolt" for row in live["signals"]) == len(live["signals"]) > 0
