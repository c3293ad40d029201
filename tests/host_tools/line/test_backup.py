"""A backup is a moment of the log, whole; what is put back is that moment, in a new epoch, under a running service."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from pullcord.line import backup, place, tokens
from pullcord.line.log import PlantEvent
from pullcord.line.log_reader import LogReader
from pullcord.line.store import LogReplaced, Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.databases import rows, tables
from tests.host_tools.line.events import JOURNAL, NOW, arrival, called, event
from tests.host_tools.line.stand_in import running, station, until

ROOT = Path(__file__).parents[3]
LOG = ("events", "plant_events", "journals", "quarantine", "holes")


@pytest.fixture
def store(database):
    with contextlib.closing(Store(database)) as store:
        store.open()
        yield store


def quiet(_done, _whole):
    """Nobody looks."""


def fill(store, first, last):
    store.commit([arrival(called(n)) for n in range(first, last + 1)] + [arrival(b"{")])
    store.append(PlantEvent("cause.entered", NOW, "maria", {"call": f"{JOURNAL}-{first}", "cause": "worn"}), NOW + last)


def fold(store):
    projector = store.projector(all_of_them())
    projector.open()
    while not projector.catch_up().done:
        assert projector.trouble == {}
    return projector


def log_of(where):
    return {name: rows(where, f"select * from {name} order by 1") for name in LOG}


def test_a_backup_has_every_row_of_the_log(store, tmp_path):
    fill(store, 1, 5)
    done = []
    kept = backup.take(store.place, tmp_path / "b.db", lambda *said: done.append(said))
    assert kept == (6, {"events": 5, "plant_events": 1, "journals": 1, "quarantine": 1, "holes": 0}, 1)
    assert log_of(tmp_path / "b.db") == log_of(store)
    assert done[-1][0] == done[-1][1] > 0
    assert sorted(os.listdir(tmp_path)) == ["b.db"]


def test_what_is_recorded_meanwhile_neither_waits_nor_gets_into_the_middle(store, tmp_path):
    """Events go on in each step of the copy; it holds what was there when it began."""
    fill(store, 1, 2_500)
    next_one = iter(range(2_501, 3_000))

    def record_on(_done, _whole):
        store.commit([arrival(event(next(next_one)))])

    kept = backup.take(store.place, tmp_path / "b.db", record_on)
    assert kept.rows["events"] == 2_500
    assert rows(store, "select max(sequence) as newest from events")[0]["newest"] > 2_500


def test_a_file_that_is_there_stays(store, tmp_path):
    (tmp_path / "b.db").write_text("monday's")
    with pytest.raises(FileExistsError):
        backup.take(store.place, tmp_path / "b.db", quiet)
    assert (tmp_path / "b.db").read_text() == "monday's"


def test_a_backup_that_is_cut_off_leaves_no_file(store, tmp_path):
    fill(store, 1, 5)
    with pytest.raises(KeyboardInterrupt):
        backup.take(store.place, tmp_path / "b.db", interrupted)
    assert os.listdir(tmp_path) == []


def interrupted(_done, _whole):
    raise KeyboardInterrupt


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "none of ours"])
def test_a_damaged_backup_is_refused_and_changes_nothing(store, tmp_path, damage):
    fill(store, 1, 300)
    file = tmp_path / "b.db"
    backup.take(store.place, file, quiet)
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[len(content) // 2 : len(content) // 2 + 4096] = os.urandom(4096)
    elif damage == "other":
        content = bytearray(b"a shopping list")
    file.write_bytes(content)
    if damage == "none of ours":
        file.unlink()
        sqlite3.connect(file).execute("create table recipes (name)").connection.close()
    before = log_of(store)
    with pytest.raises(backup.BackupUnusable, match="take another one"):
        backup.restore(file, store.place, NOW, "maria", quiet)
    assert log_of(store) == before


@pytest.mark.parametrize("kind", ["file", "same"])
def test_what_is_put_back_is_that_moment_and_gives_the_same_tables(store, tmp_path, kind):
    """Into the database that it was of, and into a new file: a backup of either kind is put back into either."""
    fill(store, 1, 5)
    fold(store)
    then = log_of(store)
    backup.take(store.place, tmp_path / "b.db", quiet)
    fill(store, 6, 9)
    fold(store)
    target = store.place if kind == "same" else place.read(tmp_path / "new.db")
    done = backup.restore(tmp_path / "b.db", target, NOW, "maria", quiet)
    assert (done.epoch, done.lost) == (2, 1 if kind == "same" else 0)
    with contextlib.closing(Store(target)) as again:
        again.open()
        now = log_of(again)
        decisions = now.pop("plant_events")
        assert decisions[:-1] == then.pop("plant_events")
        assert now == then
        assert (decisions[-1]["type"], decisions[-1]["by"]) == ("log.restored", "maria")
        fold(again)
        live = tables(again)
        fold(again).rebuild()
        fold(again)
        assert tables(again) == live
        assert len(live["calls"]) == 5


def test_a_token_that_was_taken_back_since_stays_taken_back(store, tmp_path):
    for name in ("maria", "jonas", "tv"):
        store.append(tokens.added(NOW, "root", name, "admin", f"old-{name}"), NOW)
    backup.take(store.place, tmp_path / "b.db", quiet)
    for name in ("maria", "jonas"):
        store.append(tokens.revoked(NOW, "root", name), NOW)
    store.append(tokens.added(NOW, "root", "jonas", "admin", "new-jonas"), NOW)
    done = backup.restore(tmp_path / "b.db", store.place, NOW, "root", quiet)
    assert done.revoked == ["jonas", "maria"]
    with contextlib.closing(LogReader(store.place)) as log:
        known = tokens.Tokens(log)
        assert known.holder("old-tv")
        assert not any(known.holder(f"old-{name}") for name in ("maria", "jonas"))


def test_whoever_had_the_log_open_must_look_again_before_it_writes(store, tmp_path):
    fill(store, 1, 5)
    backup.take(store.place, tmp_path / "b.db", quiet)
    fill(store, 6, 9)
    projector = fold(store)
    backup.restore(tmp_path / "b.db", store.place, NOW, "maria", quiet)
    for write in (
        lambda: store.commit([arrival(event(10))]),
        lambda: store.report_hole(JOURNAL, 12, NOW),
        lambda: store.append(PlantEvent("cause.entered", NOW, "maria", {"call": "x", "cause": "y"}), NOW),
        store.look,
    ):
        with pytest.raises(LogReplaced):
            write()
    assert store.open()[JOURNAL].through == 5
    assert store.epoch == 2
    store.commit([arrival(event(6))])
    projector.catch_up()
    assert projector.trouble == {}
    assert len(tables(store)["calls"]) == 5


def test_a_restore_that_is_killed_changes_nothing(store, tmp_path):
    fill(store, 1, 5)
    backup.take(store.place, tmp_path / "b.db", quiet)
    fill(store, 6, 9)
    before = log_of(store)
    url = store.place.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    where = str(store.place.file or url)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "b.db"), where]
    paths = os.pathsep.join(str(ROOT / name) for name in ("host_tools", "firmware"))
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths, "TMPDIR": str(tmp_path)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert log_of(store) == before
    store.commit([arrival(event(20))])


KILLED = """
import os, signal, sys
from pathlib import Path
from pullcord.line import backup, place
die = lambda done, whole: done > 3 and os.kill(os.getpid(), signal.SIGKILL)
backup.restore(Path(sys.argv[1]), place.read(sys.argv[2]), 1, "maria", die)
"""


async def test_a_running_service_goes_back_and_its_stations_send_again(broker, database, tmp_path):
    """Nothing is sent by the station when the backup is put back; the receipt of the new epoch comes by itself."""
    where = place.read(database)
    async with running(broker, database) as service, station(broker) as st:
        for sequence in range(1, 4):
            await st.send("event", called(sequence))
        await st.receipt(3)
        backup.take(where, tmp_path / "b.db", quiet)
        for sequence in range(4, 7):
            await st.send("event", called(sequence))
        await st.receipt(6)
        await until(lambda: service.status["folded"]["position"] == 6)
        backup.restore(tmp_path / "b.db", where, NOW, "maria", quiet)
        await st.receipt(3, epoch=2)
        for sequence in range(4, 8):
            await st.send("event", called(sequence))
        await st.receipt(7, epoch=2)
        await until(lambda: service.status["folded"]["position"] == 8)
        assert service.status["folded"]["trouble"] == {}
        assert service.status["recorded"] == 7
    recorded = rows(database, "select sequence from events order by position")
    assert [row["sequence"] for row in recorded] == [*range(1, 8)]
    assert len(rows(database, "select * from calls")) == 7
    anew = [receipt["through"] for receipt in st.receipts() if receipt["epoch"] == 2]
    assert anew == sorted(anew) and anew[0] == 3


async def test_a_journal_that_the_backup_does_not_know_is_never_receipted_by_what_was_known_before(
    broker, database, tmp_path
):
    """A station that came after the backup was taken: its events are asked for, from the first one on."""
    where = place.read(database)
    async with running(broker, database), station(broker) as st:
        backup.take(where, tmp_path / "b.db", quiet)
        await st.send("event", called(1))
        await st.receipt(1)
        backup.restore(tmp_path / "b.db", where, NOW, "maria", quiet)
        await st.receipt(0, epoch=2)
        await st.send("event", called(1))
        await st.receipt(1, epoch=2)
    assert len(rows(database, "select * from events")) == 1


def test_a_service_that_writes_meanwhile_makes_the_restore_wait_its_turn(store, tmp_path, monkeypatch):
    fill(store, 1, 3)
    backup.take(store.place, tmp_path / "b.db", quiet)
    held, go = threading.Event(), threading.Event()

    def hold():
        with store.transaction():
            held.set()
            go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    try:
        with pytest.raises(OperationalError):
            backup.restore(tmp_path / "b.db", store.place, NOW, "maria", quiet)
    finally:
        go.set()
        thread.join()
    assert backup.restore(tmp_path / "b.db", store.place, NOW, "maria", quiet).epoch == 2


def test_a_database_of_the_first_version_is_put_back_into_this_one(store, tmp_path):
    """The file itself stays as it is."""
    from pullcord.line import database as databases

    fill(store, 1, 3)
    old = tmp_path / "old.db"
    backup.take(store.place, old, quiet)
    with contextlib.closing(Store(old)) as older, older._engine.begin() as connection:
        databases.migrate(connection, "downgrade", "0001")
        connection.exec_driver_sql("drop table alembic_version")
    shutil.copy(old, tmp_path / "before.db")
    backup.restore(old, store.place, NOW, "maria", quiet)
    assert len(rows(store, "select * from events")) == 3
    assert old.read_bytes() == (tmp_path / "before.db").read_bytes()
