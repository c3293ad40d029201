"""Timers write what is due into the log, once, and the fold tells it."""

import pytest

from pullcord.line.figures import Figures
from pullcord.line.loop_figures import LoopFigures
from pullcord.line.store import Store
from pullcord.line.timers import Timers
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.databases import rows
from tests.host_tools.line.events import NOW, arrival, event
from tests.host_tools.pull.a_plant import A, B, loop

MINUTE = 60_000


@pytest.fixture
def store(database):
    store = Store(database)
    store.open()
    loops = {"bolt": loop((A, B), ships=False, supplier="store")}
    store.declare({"hash": "x", "plant": {"loops": loops}}, NOW)
    yield store
    store.close()


def tap(sequence, role, at):
    data = {"reader": "r", "role": role, "card": A, "loop": "bolt", "table": 1, "certain": True}
    return arrival(event(sequence, "kanban.tapped", data, at=at), now=NOW + 900 * MINUTE)


async def test_a_card_that_stands_still_is_told_once_until_it_moves(store):
    moments = [NOW + n * 10 * MINUTE for n in range(6)]
    taps = [(role, at + wait) for at in moments for role, wait in (("signal", 0), ("receive", 2 * MINUTE))][:-1]
    store.commit([tap(n, role, at) for n, (role, at) in enumerate(taps, 1)])  # away since the last signal
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()
    now = moments[-1] + 5 * MINUTE
    figures = Figures(store.place)

    async def append(one):
        return store.append(one, now)

    timers = Timers(figures, append, lambda: now)
    await timers.fire()
    projector.catch_up()
    assert [finding["kind"] for finding in LoopFigures(figures).findings()] == []
    now += 2 * MINUTE
    for _ in range(3):
        await timers.fire()
    projector.catch_up()
    assert [finding["kind"] for finding in LoopFigures(figures).findings()] == ["card_overdue"]
    assert len(rows(store, "select * from plant_events where type = 'card.overdue'")) == 1
    store.commit([tap(12, "receive", now + MINUTE)])
    projector.catch_up()
    assert LoopFigures(figures).findings() == []
    figures.close()
