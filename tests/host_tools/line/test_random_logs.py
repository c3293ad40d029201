"""The tables are a function of the log: whatever it holds, in whatever batches, killed or begun anew."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pullcord.line.log import PlantEvent
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.databases import tables
from tests.host_tools.line.events import NOW, arrival, called, clock_set, event
from tests.host_tools.pull import a_week
from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, C, loop
from tests.host_tools.pull.a_shop import Shop

SECOND = 1_000
JOURNALS = {CONSUMER: "00000000000000c0", SUPPLIER: "00000000000000f0"}
PLANT = {
    "loops": {"bolt": loop((A, B), releases="made"), "made": loop((C,), kind="signal", batch=1, consumer=SUPPLIER)}
}


def sent(path, steps):
    """What a station sends: a boot begins without a clock, and has one from the next `clock` on."""
    out, now, boot, uptime, has_clock = [], NOW, 1, 0, True
    for sequence, (what, card, gap) in enumerate(steps, 1):
        now, uptime = now + gap * SECOND, uptime + gap * SECOND
        if what == "boot":
            boot, uptime, has_clock = boot + 1, 0, False
        has_clock = has_clock or what == "clock"
        more = {"journal": JOURNALS[path], "path": path, "boot": boot, "uptime": uptime}
        more["at"] = now if has_clock else None
        out.append(_event(sequence, what, card, more))
    return out


def _event(sequence, what, card, more):
    if what == "clock":
        return clock_set(sequence, **more)
    if what == "call":
        return called(sequence, "material", **more)
    if what in ("signal", "ship", "receive"):
        data = {"reader": "r", "role": what, "card": card, "loop": "bolt", "table": 1, "certain": True}
        return event(sequence, "kanban.tapped", data, **more)
    if what == "refused":
        data = {"reader": "r", "role": "signal", "card": card, "why": "wrong_place", "table": 1}
        return event(sequence, "kanban.refused", data, **more)
    return event(sequence, **more)


def decision(number, what, card):
    data = {
        "container.held": {"card": card}, "container.released": {"card": card}, "card.lost": {"card": card},
        "card.replaced": {"card": card, "replaced_by": f"04a1b2c3d4ff{number:02x}", "full": number % 2 == 0},
        "trial.started": {"loop": "bolt", "card": card}, "trial.ended": {"trial": f"plant-{number}", "keep": False},
        "signal.given": {"loop": "made"}, "stock.counted": {"item": "bolt", "counted": number, "reason": "x"},
        "audit.started": {"audit": "a"}, "audit.seen": {"audit": "a", "card": card, "place": CONSUMER},
        "audit.ended": {"audit": "a"}, "order.received": {"order": "PO-1", "quantity": 5},
        "order.placed": {"order": "PO-1", "item": "bolt", "supplier": "s", "quantity": 9},
        "plant.declared": {"hash": f"h{number}", "plant": PLANT | {"loops": {"bolt": loop((A, card))}}},
    }[what]  # fmt: skip
    return PlantEvent(what, NOW + number * SECOND, "maria", data)


KINDS = (
    "container.held", "container.released", "card.lost", "card.replaced", "trial.started", "trial.ended",
    "signal.given", "stock.counted", "audit.started", "audit.seen", "audit.ended", "order.received", "order.placed",
    "plant.declared",
)  # fmt: skip
cards = st.sampled_from([A, B, C, "04ffffffffff01"])
things = st.sampled_from(["signal", "ship", "receive", "refused", "call", "cycle", "boot", "clock"])
steps = st.lists(st.tuples(things, cards, st.integers(0, 90)), max_size=12)
decided = st.lists(st.tuples(st.sampled_from(KINDS), cards), max_size=8)


def catch_up(store, limit, rebuild=False):
    projector = store.projector(all_of_them())
    projector.open()
    if rebuild:
        projector.rebuild()
    while not projector.catch_up(limit).done:
        assert projector.trouble == {}
    assert projector.trouble == {}


@settings(max_examples=12, deadline=None)
@given(steps, steps, decided, st.randoms(use_true_random=False), st.integers(1, 9))
def test_late_unordered_and_repeated_entries_fold_to_the_same_tables_in_any_way(
    near, far, taken, chance, limit
):
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Store(Path(folder) / "line.db")) as store:
        store.open()
        store.declare({"hash": "x", "plant": PLANT}, NOW)
        work = [*sent(CONSUMER, near), *sent(SUPPLIER, far)]
        work += [decision(number, *one) for number, one in enumerate(taken)]
        chance.shuffle(work)
        work += chance.sample(work, len(work) // 3)  # sent again
        for number, one in enumerate(work):
            heard = NOW + 2_000 * SECOND + number * 40 * SECOND
            if isinstance(one, PlantEvent):
                store.append(one, heard)
            else:
                store.commit([arrival(one, now=heard)])
            if chance.random() < 0.1:
                catch_up(store, limit)
        catch_up(store, limit)
        live = tables(store)
        catch_up(store, 1_000, rebuild=True)
        assert tables(store) == live


# Killed in the middle


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("week"), a_week.MONDAY)
    shop.play(a_week.write(days=2).steps, a_week.MONDAY + 2 * a_week.DAY)
    shop.close()
    return shop.store.place.file


REBUILD = """
import sys, time
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
store = Store(sys.argv[1])
store.open()
projector = store.projector(all_of_them())
projector.open()
projector.rebuild()
while not projector.catch_up(20).done:
    time.sleep(0.01)
"""


def position(file):
    """How far the loops are folded."""
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as connection:
        return connection.execute("select position from projections where name = 'kanban'").fetchone()[0]


def recorded(store, number):
    """Like the recorder: when the other one is quicker, the event stays for the next time."""
    try:
        store.commit([arrival(called(number, journal="00000000000000aa"), now=NOW + number)])
    except OperationalError:
        return False
    return True


def test_a_rebuild_that_is_killed_while_events_are_recorded_is_gone_on_with(week, tmp_path):
    file = tmp_path / "line.db"
    shutil.copy(week, file)
    newest, killed_at, number = position(file), 0, 0
    deadline = time.monotonic() + 60
    with contextlib.closing(Store(file)) as store:
        store.open()
        while not 0 < killed_at < newest:
            assert time.monotonic() < deadline, "it was never killed in the middle"
            process = subprocess.Popen([sys.executable, "-c", REBUILD, str(file)])
            try:
                while process.poll() is None and not 0 < position(file) < newest:
                    number += recorded(store, number + 1)
                    time.sleep(0.02)
            finally:
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGKILL)
                process.wait()
            killed_at = position(file)
        catch_up(store, 1_000)
        assert position(file) > newest
        gone_on = tables(store)
        assert sum(row[1] == "acme/assembly/line-1/st-04" for row in gone_on["calls"]) == number > 0
        catch_up(store, 300, rebuild=True)
        assert tables(store) == gone_on
