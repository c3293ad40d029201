"""The fault matrix of delivery: each fault is made to happen while a backlog goes out, and nothing is lost or doubled.

Stations on MicroPython with littlefs, Mosquitto, the real recorder. Where patience of ten seconds and more is meant,
the station's clock goes four times as fast. Hands call at the station while the fault lasts, too.
"""

import asyncio
import itertools
import os
import random
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import event as sql_event

from pullcord.line import store as line_store
from pullcord.sim.cable import Filter
from station.net import packets
from tests.end_to_end.a_broker import Mosquitto
from tests.end_to_end.a_rough_line import NOTHING_WRONG, RoughLine, rough_line

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]

BACKLOG = 400
PART = 100
FAR_MS = 10  # one way: a backlog takes long enough to break something in the middle of it


@pytest.mark.parametrize("kept", [False, True], ids=["without persistence", "with persistence"])
async def test_a_broker_that_is_killed_and_started_again(tmp_path, kept):
    settings = Mosquitto.persistent(tmp_path) if kept else ()
    async with rough_line(tmp_path, BACKLOG, *settings, latency_ms=FAR_MS) as line:
        await line.station.start()
        await line.flushed(PART)
        line.broker.kill()
        await line.call_and_resolve()
        await line.broker.start()
        await line.settled()
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_a_half_open_connection(tmp_path):
    async with rough_line(tmp_path, BACKLOG, app="brisk", latency_ms=FAR_MS) as line:
        await line.station.start()
        await line.flushed(PART)
        line.cable.lose()
        before = line.count()
        await line.call_and_resolve()
        await line.settled()
        assert (before < BACKLOG, line.cable.connections) == (True, 2)
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_connections_that_are_cut_in_the_middle_of_a_packet(tmp_path):
    async with rough_line(tmp_path, BACKLOG, app="brisk", latency_ms=FAR_MS) as line:
        await line.station.start()
        for cut in range(1, 5):
            await line.flushed(cut * PART // 2)
            connections = line.cable.connections
            line.cable.cut_after(137 * cut)
            await line.until(lambda before=connections: line.cable.connections > before, "it comes back")
        await line.settled()
        assert line.audit() == NOTHING_WRONG


async def test_acknowledgements_of_the_broker_that_are_lost(tmp_path):
    """Every second one. The window fills with what is never acknowledged; receipts empty it, on the same connection."""
    lost: list[int] = []
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        line.cable.filters = lambda: without_pubacks(lost)
        await line.station.start()
        await line.settled()
        assert len(lost) >= BACKLOG // 2
        assert line.cable.connections == 1
        assert line.audit() == NOTHING_WRONG


async def test_a_broker_that_is_slow_and_sometimes_hangs(tmp_path):
    async with rough_line(tmp_path, BACKLOG, latency_ms=40) as line:
        await line.station.start()
        for part in (1, 2):
            await line.flushed(part * PART)
            line.broker.hang()
            await line.call_and_resolve()
            await asyncio.sleep(0.5)
            line.broker.go_on()
        await line.settled()
        assert line.cable.connections == 1
        assert line.audit(calls=2) == NOTHING_WRONG


async def test_a_name_that_nobody_resolves_for_a_while(tmp_path):
    async with rough_line(tmp_path, PART, app="nameless") as line:
        await line.station.start()
        await line.call_and_resolve()
        await line.settled()
        assert line.state()["link"]["reason"].startswith("the connection failed: -2")
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_a_wrong_password_that_is_later_right(tmp_path):
    plant, wrong, right = {"plant": "p"}, {"st": "wrong"}, {"st": "right"}
    secrets = {"mqtt_user": "st", "mqtt_password": "right"}
    async with rough_line(tmp_path, PART, app="brisk", users=plant | wrong, secrets=secrets) as line:
        await line.station.start()
        await line.until(lambda: line.cable.connections >= 2, "it has been refused")
        await line.call_and_resolve()
        assert line.count() == 0
        line.broker.change_passwords(plant | right)
        await line.settled()
        assert "user name or password" in line.state()["link"]["reason"] or "access" in line.state()["link"]["reason"]
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_a_recorder_that_is_killed_between_commit_and_receipt(tmp_path):
    """Killed by a signal, in the moment after a commit, again and again; then it is left alone."""
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        await line.stop_recorder()
        await line.station.start()
        for commit in (1, 3, 2):
            assert await killed_after(commit, line) == -signal.SIGKILL
        killed_at = line.count()
        await line.start_recorder()
        await line.settled()
        assert 0 < killed_at < BACKLOG
        assert line.audit() == NOTHING_WRONG


async def test_a_full_disk_at_the_host(tmp_path, monkeypatch):
    pages = [20_000]
    made = line_store.engines.writer

    def small_disk(path):
        engine = made(path)

        @sql_event.listens_for(engine, "begin")
        def limit(connection):
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages[0]}")

        return engine

    monkeypatch.setattr(line_store.engines, "writer", small_disk)
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        pages[0] = 1  # not below what there is: not one page more
        await line.station.start()
        await line.until(lambda: "full" in line.service.status["database"], "the disk is full")
        await line.call_and_resolve()
        assert line.count() < BACKLOG
        assert "free some space" in line.service.status["database"]
        pages[0] = 20_000
        await line.settled()
        assert line.service.status["database"] == ""
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_a_station_that_is_killed_at_random_a_hundred_times(tmp_path):
    """Its process is killed at any moment of a boot, of recording and of sending; each call was confirmed before."""
    chance, calls = random.Random(7), 0
    async with rough_line(tmp_path, 10 * BACKLOG // 2, limit_kb=1200, flash_kb=1600) as line:
        await line.station.start()
        for kill in range(100):
            if kill % 10 == 5:
                await line.call_and_resolve()
                calls += 1
            await asyncio.sleep(chance.random() * 0.12)
            await line.station.cut_power()
            await line.station.restore_power()
        await line.settled()
        assert len(line.station.boots) == 101
        assert line.audit(calls) == NOTHING_WRONG


async def test_a_call_overtakes_the_backlog_on_the_lamp_and_on_the_board(tmp_path):
    """The log stays in order: the call is on the board, and taken, while most of what was before it is not recorded."""
    count = 5 * BACKLOG
    async with rough_line(tmp_path, count, limit_kb=1200, flash_kb=1600, latency_ms=40) as line:
        await line.station.start()
        await line.flushed(PART)
        await line.bench.press("material")
        await line.until(lambda: line.state().get("calls"), "the call is on the board")
        assert line.count() < count // 2
        assert line.calls() == 0
        await line.bench.press("resolve")
        await line.settled()
        assert line.audit(calls=1) == NOTHING_WRONG


async def test_the_audit_notices_what_is_lost_doubled_and_out_of_order(tmp_path):
    async with rough_line(tmp_path, 10) as line:
        await line.station.start()
        await line.call_and_resolve()
        await line.settled()
        assert line.audit(calls=1) == NOTHING_WRONG
        with sqlite3.connect(line.database) as connection:
            for change in (
                "DELETE FROM events WHERE sequence = 3",
                "UPDATE events SET sequence = 8 + 100 - sequence WHERE sequence IN (8, 9)",
                """UPDATE events SET body = replace(body, '"count":5', '"count":4') WHERE sequence = 6""",
            ):
                assert connection.execute(change).rowcount
        found = line.audit(calls=2)
        assert {2, 5, "call 1", "sequence 3"} <= set(found["lost"])
        assert found["doubled"] == [4]
        assert found["disordered"]


SMALL_KB, NEARLY_FULL = 32, 84


async def test_a_full_journal_that_refuses_says_so_and_nothing_is_lost(tmp_path):
    async with rough_line(tmp_path, NEARLY_FULL, limit_kb=SMALL_KB) as line:
        red = line.bench.config["light"]["pins"]["red"]
        await line.stop_recorder()
        await line.station.start()
        cannot_store = asyncio.create_task(line.station.wait_pin(red, 1, 60))
        calls = 0
        while not cannot_store.done():
            calls += 1
            await line.bench.press("material")
            await line.bench.press("resolve")
        await cannot_store
        await line.start_recorder()
        await line.settled()
        assert line.audit(calls) == NOTHING_WRONG
        assert line.gaps() == {}


async def test_a_full_journal_that_drops_the_oldest_tells_which(tmp_path, monkeypatch):
    monkeypatch.setattr("pullcord.line.claims.SETTLE_MS", 1_000)
    async with rough_line(tmp_path, NEARLY_FULL, limit_kb=SMALL_KB, full="drop_oldest", app="brisk") as line:
        await line.stop_recorder()
        await line.station.start()
        for _ in range(8):
            await line.call_and_resolve()
        await line.start_recorder()
        await line.until(lambda: line.state().get("journal", {}).get("depth") == 0, "it got past the hole")
        there = NEARLY_FULL - sum(isinstance(number, int) for number in line.audit(8)["lost"])
        assert there + line.gaps()["cycle.completed"] == NEARLY_FULL
        assert line.calls() + line.gaps().get("andon.called", 0) == 8


# Receipts


async def test_a_database_that_was_restored_from_a_backup(tmp_path):
    backup = tmp_path / "backup.db"
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        await line.station.start()
        await line.flushed(PART)
        await line.stop_recorder()
        shutil.copy(line.database, backup)
        had = line.count()
        await line.start_recorder()
        await line.settled()
        await line.stop_recorder()
        for file in tmp_path.glob("line.db*"):
            file.unlink()
        shutil.copy(backup, line.database)
        assert had < BACKLOG
        service = await line.start_recorder()
        await line.settled()
        assert service.status["epoch"] == 2
        assert line.audit() == NOTHING_WRONG


async def test_a_backup_that_is_taken_and_put_back_under_a_running_line(tmp_path):
    """With the commands of a person, in the middle of a backlog; the recorder and the station go on all the time."""
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        await line.station.start()
        await line.flushed(PART)
        await pullcord("backup", line.database, tmp_path / "backup.db")
        await line.call_and_resolve()
        await line.flushed(2 * PART)
        await pullcord("restore", tmp_path / "backup.db", line.database, "--yes")
        await line.call_and_resolve()
        await line.until(lambda: line.service.status["epoch"] == 2, "the recorder noticed")
        await line.settled()
        folded = line.service.status["folded"]
        await line.until(lambda: folded["position"] == folded["newest"], "all is folded")
        assert folded["trouble"] == {}
        assert line.audit(calls=2) == NOTHING_WRONG


async def pullcord(*arguments):
    program = Path(sys.executable).with_name("pullcord")
    process = await asyncio.create_subprocess_exec(program, *map(str, arguments))
    assert await process.wait() == 0


async def test_a_flash_that_was_made_new(tmp_path):
    """The same board with an empty flash: another journal, which the old one's retained receipt does not concern."""
    async with rough_line(tmp_path, PART) as line:
        await line.station.start()
        await line.settled()
        await line.renew_flash(PART)
        await line.station.start()
        await line.flushed(2 * PART)
        await line.settled()
        first, second = line.by_journal().values()
        assert [number for number, _ in first[:PART]] == [number for number, _ in second[:PART]] == list(range(PART))


async def test_a_flash_that_was_copied_to_another_board(tmp_path):
    async with rough_line(tmp_path, PART) as line:
        await line.station.start()
        await line.settled()
        await line.station.cut_power()
        line.station.uid = "0f0e0d0c0b0a0908"
        await line.station.restore_power()
        await line.until(lambda: len(line.by_journal()) == 2, "the other board has a journal of its own")
        await line.settled()
        faults = [event["data"]["error"] for event in line.events() if event["type"] == "pullcord.station.faulted.v1"]
        assert any("another board's" in fault for fault in faults)
        assert line.audit() == NOTHING_WRONG


async def test_two_recorders_on_one_broker(tmp_path):
    """A mistake of the plant; it is told, and both databases have everything."""
    async with rough_line(tmp_path, BACKLOG, latency_ms=FAR_MS) as line:
        await line.station.start()
        await line.flushed(PART)
        async with line.another_recorder(tmp_path / "other.db") as other:
            await line.until(lambda: other.status["rival"] and line.service.status["rival"], "each knows of the other")
            await line.call_and_resolve()
            await line.settled()
            await line.until(lambda: other.status["recorded"] == line.service.status["recorded"], "both have all")
            assert line.audit(calls=1) == NOTHING_WRONG
            line.database = tmp_path / "other.db"
            assert line.audit(calls=1) == NOTHING_WRONG


def without_pubacks(lost: list[int]) -> Filter:
    splitter, every_second = packets.Splitter(65536), itertools.cycle((True, False))

    def change(data: bytes) -> bytes:
        splitter.feed(data)
        through = b""
        while packet := splitter.next():
            first, body = packet
            if first == packets.PUBACK and next(every_second):
                lost.append(packets.read_puback(body))
            else:
                assert len(body) < 16384
                size = len(body)
                length = bytes((size,)) if size < 128 else bytes((size & 0x7F | 0x80, size >> 7))
                through += bytes((first,)) + length + bytes(body)
        return through

    return change


async def killed_after(commit: int, line: RoughLine) -> int:
    """A recorder that runs until that commit of events; its exit code."""
    program = Path(__file__).with_name("recorder_process.py")
    arguments = [line.recorder_url, str(line.database), str(commit)]
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), *arguments, env=dict(os.environ))
    try:
        async with asyncio.timeout(60):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
