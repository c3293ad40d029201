"""A hall of stations, a broker as it comes, a recorder that stands still: most events are dropped without a word."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

import aiomqtt
import pytest

from station.core import delivery
from station.core.events import Draft, encode
from station.net.uplink import Uplink
from station.store.journal import Journal
from tests.end_to_end.a_broker import Mosquitto

pytestmark = pytest.mark.mosquitto

STATIONS = 48
EACH = 64  # as many as a station sends beyond its receipt
DEADLINE_S = 60


class Uptime:
    def ms(self):
        return int(asyncio.get_running_loop().time() * 1000)


class Network:
    def is_up(self):
        return True


class Quiet:
    """The rest of a station that has nothing to say."""

    def state(self, now):
        return b"{}"

    def state_dirty(self):
        return False

    def on_message(self, now, suffix, payload):
        pass

    on_time = on_link = on_receipt = lambda self, now, *what: None


class Sender:
    """A station's way to the plant, with its journal on this disk."""

    def __init__(self, folder: Path, number: int, port: int) -> None:
        path = f"acme/assembly/hall/st-{number:02d}"
        self.journal = Journal.open(str(folder / f"{number}"), bytes([number] * 8), os.urandom)
        for _ in range(EACH):
            draft = Draft("cycle.overrun", {"cycle_ms": 60000, "takt_ms": 59000}).stamp(1, number, None, "unset")
            self.journal.append(encode(draft, self.journal.name, self.journal.next, path), b"")
        self.delivery = delivery.Delivery()
        options = {"station": path, "uid": f"{number:016x}", "host": "127.0.0.1", "port": port, "keepalive_s": 60}
        self.uplink = Uplink(
            options, Network(), self.journal, self.delivery, Quiet(), Uptime(), random=random.Random(number).random
        )

    def broker_has_all(self) -> bool:
        return self.delivery._next > EACH and not self.delivery._in_flight


async def test_three_thousand_events_to_a_recorder_that_stands_still(tmp_path, monkeypatch):
    """The connections stay up, the broker acknowledges and drops, and yet every event is recorded, once, in order."""
    monkeypatch.setattr(delivery, "PATIENCE_MS", (2000, 4000, 8000, 8000))
    database, beats, dropped = tmp_path / "line.db", [], []
    async with Mosquitto(tmp_path, "sys_interval 1") as broker, recorder(broker.url, database) as process:
        watching = asyncio.create_task(watch(broker.port, beats, dropped))
        await until(lambda: beats, "the recorder listens")
        process.send_signal(signal.SIGSTOP)
        senders = [Sender(tmp_path, number, broker.port) for number in range(1, STATIONS + 1)]
        running = [asyncio.create_task(sender.uplink.run()) for sender in senders]
        await until(lambda: all(sender.broker_has_all() for sender in senders), "the broker has acknowledged all")
        await until(lambda: dropped and dropped[-1] >= STATIONS * EACH // 2, "it has dropped more than half of them")
        process.send_signal(signal.SIGCONT)
        await until(lambda: all(not sender.journal.depth for sender in senders), "all are receipted")
        for task in (watching, *running):
            task.cancel()
        await asyncio.gather(watching, *running, return_exceptions=True)
    assert [sender.uplink.reconnects for sender in senders] == [0] * STATIONS
    assert sorted(rows(database)) == sorted((s.journal.name, n) for s in senders for n in range(1, EACH + 1))


@contextlib.asynccontextmanager
async def recorder(url: str, database: Path):
    program = Path(__file__).with_name("recorder_process.py")
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), url, str(database))
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def watch(port: int, beats: list[bytes], dropped: list[int]) -> None:
    """The recorder's heartbeats, and how many messages the broker says that it has dropped."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("pullcord/v1/acme/time")
        await client.subscribe("$SYS/broker/publish/messages/dropped")
        async for message in client.messages:
            if str(message.topic).endswith("/time"):
                beats.append(message.payload)
            else:
                dropped.append(int(message.payload))


def rows(database: Path):
    """(journal, sequence) of what is recorded."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT journal, sequence FROM events").fetchall()


async def until(condition, what: str) -> None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"did not come about in {DEADLINE_S} s: {what}") from None
