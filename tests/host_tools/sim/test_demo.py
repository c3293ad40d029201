"""A line comes up whole or says why not, and what it waits for in vain has a name."""

import asyncio
import socket
import sqlite3
import subprocess
from contextlib import asynccontextmanager, closing
from types import SimpleNamespace

import pytest

from pullcord.line.broker import Broker, BrokerFailed, find_mosquitto, free_port
from pullcord.line.database import DatabaseTooNew
from pullcord.sim import demo
from pullcord.sim.plans import read_plans
from pullcord.sim.runtime import cpython
from pullcord.web.server import PortTaken
from tests.end_to_end.a_line import PLANT
from tests.host_tools.sim.fake_station import PATH, fake_bench


def silent(_said: str) -> None:
    """Nobody listens."""


def running(directory, broker="", plans=(), port=0):
    return demo.running(plans, directory, cpython(), port, silent, broker)


# What is not there


async def comes_up(line) -> None:
    async with line:
        pytest.fail("the line came up")


async def test_a_taken_port_is_told_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(PortTaken, match="--port"):
            await comes_up(running(tmp_path / "line", port=taken.getsockname()[1]))
    assert not (tmp_path / "line").exists()


async def test_a_broker_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BrokerFailed, match=r"127\.0\.0\.1:1 .*refused.*Start it"):
        await comes_up(running(tmp_path / "line", "mqtt://127.0.0.1:1"))


async def test_a_broker_that_says_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "BROKER_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        with pytest.raises(BrokerFailed, match="no answer"):
            await comes_up(running(tmp_path / "line", f"mqtt://127.0.0.1:{mute.getsockname()[1]}"))


async def test_a_wrong_address_shows_a_right_one_and_no_password(tmp_path):
    with pytest.raises(BrokerFailed, match="mqtt://host:1883") as failed:
        await comes_up(running(tmp_path / "line", "http://maria:se%40cret@plant"))
    assert "se%40cret" not in str(failed.value)


async def test_a_database_of_a_later_version_ends_the_wait(tmp_path):
    (tmp_path / "line").mkdir()
    with closing(sqlite3.connect(tmp_path / "line/line.db")) as connection, connection:
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('schema', '99')")
    async with running(tmp_path / "line", demo.EMBEDDED, read_plans(PLANT)[:1]) as line:
        with pytest.raises(DatabaseTooNew, match="later version"):
            await line.until_heard()


# A broker with a password


@asynccontextmanager
async def guarded_mosquitto(folder, user: str, password: str):
    """The port of a Mosquitto that lets nobody in but `user`."""
    folder.chmod(0o755)
    secrets = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(secrets), user, password], check=True)
    secrets.chmod(0o644)
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {secrets}\nuser root\n")
    process = await asyncio.create_subprocess_exec(
        str(find_mosquitto()), "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    (await asyncio.open_connection("127.0.0.1", port))[1].close()
                    break
                except OSError:
                    await asyncio.sleep(0.02)
        yield port
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.mosquitto
async def test_an_existing_broker_with_a_password_is_used_by_all(tmp_path):
    async with guarded_mosquitto(tmp_path, "maria", "se@cret") as port:
        with pytest.raises(BrokerFailed, match="uthori"):
            await comes_up(running(tmp_path / "line", f"mqtt://maria:wrong@127.0.0.1:{port}"))
        right = f"mqtt://maria:se%40cret@127.0.0.1:{port}"
        async with running(tmp_path / "line", right, read_plans(PLANT)[:1]) as line:
            await line.until_heard()
            assert line.broker.name == f"existing broker at 127.0.0.1:{port}"


# A running line


async def test_a_shift_begins_by_pressing_restart_where_a_line_waits(tmp_path):
    st_02 = read_plans(PLANT)[1]
    async with running(tmp_path / "line", demo.EMBEDDED, [st_02]) as line:
        path = st_02.config["station"]
        assert await demo.begin_shift(line) == [path]
        await until(lambda: line.state(path)["line"] == {"state": "running", "permit": True})
        assert await demo.begin_shift(line) == []


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


def a_demo(view) -> demo.Demo:
    """A line with one station of which the board has this view."""
    recording = asyncio.get_running_loop().create_future()
    return demo.Demo(
        SimpleNamespace(stations={PATH: fake_bench()}),
        SimpleNamespace(board=SimpleNamespace(station=lambda path: view)),
        recording,
        "http://127.0.0.1/",
        Broker("mqtt://127.0.0.1", "none"),
        PLANT,
    )


async def test_a_station_that_is_not_heard_is_named_with_its_last_words(monkeypatch):
    monkeypatch.setattr(demo, "UP_S", 0.1)
    for view in (None, {"online": False, "state": {}}):
        with pytest.raises(demo.DemoFailed, match=rf"has not heard of {PATH}.*\n\(its log\)"):
            await a_demo(view).until_heard()


async def test_events_that_are_not_receipted_are_waited_for(monkeypatch):
    monkeypatch.setattr(demo, "SETTLE_S", 0.1)
    monkeypatch.setattr(demo, "newest", lambda _database, _journal: 7)

    def journal(depth: int, following: int):
        return {"online": True, "state": {"journal": {"name": "6f1c9a2e41d07b35", "depth": depth, "next": following}}}

    for waiting in (journal(2, 8), journal(0, 7)):  # one that has more to send, and one older than the record
        with pytest.raises(demo.DemoFailed, match=f"not receipted all events of {PATH}"):
            await a_demo(waiting).until_receipted()
    await a_demo(journal(0, 8)).until_receipted()


async def test_only_a_line_that_waits_is_waiting():
    def lines(state: str):
        return {"online": True, "state": {"line": {"state": state}}}

    assert list(a_demo(lines("waiting")).waiting()) == [PATH]
    assert list(a_demo(lines("stopped")).waiting()) == []
    assert list(a_demo({"online": False, "state": lines("waiting")["state"]}).waiting()) == []
