"""From the broker to the table and back to the receipt, on a real Mosquitto and on the embedded broker."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy.exc import OperationalError

from pullcord.line import recorder
from pullcord.line.broker import free_port, mosquitto, open_broker
from pullcord.line.database import DatabaseTooNew
from pullcord.line.recorder import Recorder
from pullcord.line.store import Store
from tests.host_tools.line.databases import rows
from tests.host_tools.line.events import JOURNAL, NOW, call, called, encode, event, state
from tests.host_tools.line.stand_in import running, station, until


def recorded(database) -> list[int]:
    return [row["sequence"] for row in rows(database, "select sequence from events order by position")]


async def test_events_are_recorded_and_receipted(broker, database):
    async with running(broker, database), station(broker) as st:
        for sequence in range(1, 31):
            await st.send("event", event(sequence))
        await st.receipt(30)
    assert recorded(database) == list(range(1, 31))


async def test_the_receipt_is_retained(broker, database):
    async with running(broker, database), station(broker) as st:
        await st.send("event", event(1))
        await st.receipt(1)
        async with station(broker) as late:
            await late.until(
                lambda topic, message, retained: retained and message == {"through": 1, "epoch": 1}
            )


async def test_a_repeated_event_is_answered_by_the_current_receipt(broker, database):
    async with running(broker, database) as service, station(broker) as st:
        await st.send("event", event(1))
        await st.send("event", event(2))
        await st.receipt(2)
        st.seen.clear()
        await st.send("event", event(1))
        await st.receipt(2)
        await until(lambda: service.status["duplicates"] == 1)
    assert recorded(database) == [1, 2]


async def test_a_malformed_message_stops_nothing(broker, database):
    async with running(broker, database) as service, station(broker) as st:
        for kind in ("event", "state", "online", f"receipt/{JOURNAL}"):
            for payload in (b"{", b"[]", b"\xff", b'{"online":1}', b"[" * 50_000):
                await st.send(kind, payload)
        await st.send("event", encode(event(1))[:-5])
        await st.send("event", event(2))
        await st.receipt(2)
        await until(lambda: service.status["quarantined"] == 6)
        shown = service.board.station(st.path)
        assert shown["quarantined"] == 6
        assert shown["problem"].startswith("/online")
    assert recorded(database) == [2]


async def test_nothing_is_receipted_before_it_is_committed(broker, database, monkeypatch):
    go = threading.Event()
    commit = Store.commit

    def slow(store, arrivals):
        assert go.wait(20)
        return commit(store, arrivals)

    monkeypatch.setattr(Store, "commit", slow)
    async with running(broker, database), station(broker) as st:
        await st.send("event", event(1))
        # What the recorder sends is seen in order: had it sent a receipt, it would be seen before this time.
        await st.until(lambda topic, _message, _retained: topic.endswith("acme/time"))
        assert (st.receipts(), recorded(database)) == ([], [])
        go.set()
        await st.receipt(1)
    assert recorded(database) == [1]


async def test_a_kill_between_commit_and_receipt_loses_and_doubles_nothing(broker, database, monkeypatch):
    async with station(broker) as st:
        with monkeypatch.context() as patch:
            patch.setattr(Recorder, "_send_receipts", silence)
            async with running(broker, database) as service:
                await st.send("event", event(1))
                await until(lambda: service.status["recorded"] == 1)
        assert st.receipts() == []
        async with running(broker, database) as service:
            await st.receipt(1)
            await st.send("event", event(1))
            await until(lambda: service.status["duplicates"] == 1)
    assert recorded(database) == [1]


async def test_a_database_in_trouble_is_told_and_tried_again(broker, database, monkeypatch):
    commit, failures = Store.commit, [1, 2]

    def full(store, arrivals):
        if failures:
            failures.pop()
            raise OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))
        return commit(store, arrivals)

    told = []
    monkeypatch.setattr(Store, "commit", full)
    async with running(broker, database) as service, station(broker) as st:
        board = service.board
        take = board.take_plant
        monkeypatch.setattr(
            board, "take_plant", lambda status: (told.append(status["database"]), take(status))
        )
        await st.send("event", event(1))
        await st.send("event", event(2))
        await st.receipt(2)
        assert service.status["database"] == ""
    assert any("disk is full" in trouble and "free some space" in trouble for trouble in told)
    assert recorded(database) == [1, 2]


async def test_a_retained_receipt_that_knows_more_raises_the_epoch(broker, database):
    async with station(broker) as st:
        await st.send(f"receipt/{JOURNAL}", {"through": 9, "epoch": 3}, retain=True)
        async with running(broker, database):
            await st.receipt(0, epoch=4)
            await st.send("event", event(1))
            await st.receipt(1, epoch=4)


async def test_a_station_that_was_told_more_raises_the_epoch(broker, database):
    async with running(broker, database), station(broker) as st:
        await st.send("state", state(journal={"next": 10, "through": 9, "epoch": 1}), retain=True)
        await st.receipt(0, epoch=2)


async def test_a_hole_that_no_station_can_fill_is_reported(broker, database, monkeypatch):
    monkeypatch.setattr("pullcord.line.claims.SETTLE_MS", 0)
    async with running(broker, database) as service, station(broker) as st:
        await st.send("event", event(5))
        await st.receipt(0)
        await st.send("state", state(journal={"first": 5, "next": 6}))
        await st.receipt(5)
        assert service.status["holes"] == 1


async def test_the_time_goes_to_every_site(broker, database):
    async with station(broker) as st, running(broker, database, sites=["globex"]) as service:
        await st.until(lambda topic, _message, _retained: topic == "pullcord/v1/globex/time")
        await st.send("state", state(), retain=True)
        time = await st.until(lambda topic, _message, _retained: topic == "pullcord/v1/acme/time")
        assert time["session"].startswith(service.session)


async def test_another_recorder_on_the_same_broker_is_told(broker, tmp_path):
    async with running(broker, tmp_path / "a.db", sites=["acme"]) as first:
        async with running(broker, tmp_path / "b.db", sites=["acme"]) as second:
            await until(lambda: first.status["rival"].startswith(second.session))


async def test_a_database_of_a_later_version_ends_the_service(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.close()
    with sqlite3.connect(tmp_path / "line.db") as connection:
        connection.execute("update meta set value = '99' where key = 'schema'")
    with pytest.raises(DatabaseTooNew):
        async with running("mqtt://127.0.0.1:1", tmp_path / "line.db", connected=False):
            await asyncio.sleep(0.5)


@pytest.mark.mosquitto
async def test_a_broker_that_dies_and_comes_back_empty_loses_nothing(mosquitto_program, database):
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    async with running(url, database, connected=False) as service:
        async with mosquitto(mosquitto_program, port), station(url) as st:
            await until(lambda: service.status["broker"]["connected"])
            await st.send("event", event(1))
            await st.receipt(1)
            first = await st.until(lambda topic, _message, _retained: topic.endswith("/time"))
        await until(lambda: not service.status["broker"]["connected"])
        assert service.status["broker"]["reason"]
        async with mosquitto(mosquitto_program, port), station(url) as st:
            # The new broker remembers nothing: the receipt must come by itself, and a new session ask for the
            # rest.
            await st.receipt(1)
            second = await st.until(lambda topic, _message, _retained: topic.endswith("/time"))
            assert first["session"] != second["session"]
            await st.send("event", event(2))
            await st.receipt(2)
    assert recorded(database) == [1, 2]


# The board and commands


async def test_a_broker_that_is_away_is_logged_when_that_changes(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(recorder, "BACKOFF_S", (0.01, 0.02))
    port = free_port()
    async with running(f"mqtt://127.0.0.1:{port}", tmp_path / "line.db", connected=False) as service:
        tries, failed = [], service.recorder._disconnected
        monkeypatch.setattr(service.recorder, "_disconnected", lambda why: (tries.append(why), failed(why)))
        await until(lambda: len(tries) > 5)
        async with open_broker(port=port, embedded=True):
            await until(lambda: service.status["broker"]["connected"])
    told = [one.getMessage() for one in caplog.records if one.name == recorder.__name__]
    assert "refused; trying again" in told[0]
    assert told[1:2] == [f"broker 127.0.0.1:{port}: connected"]


async def test_a_call_reaches_a_screen(broker, database):
    async with running(broker, database) as service, station(broker) as st:
        await st.send("event", called(3))
        await st.send("state", state(calls=[call(3)]))
        shown = await screen(service, lambda view: view["calls"])
        assert shown["calls"][0]["id"] == f"{JOURNAL}-3"


async def test_a_screen_that_was_away_gets_only_what_changed(broker, database):
    async with running(broker, database) as service, station(broker) as st:
        await st.send("online", {"online": True, "uid": "a"}, retain=True)
        await until(lambda: service.board.station(st.path))
        seen = service.board.snapshot()["id"]
        await st.send("online", {"online": False, "uid": "a"}, retain=True)
        messages = service.subscribe(last_id=seen)
        first = await anext(
            message async for message in messages if message["event"] not in ("plant", "beat")
        )
        assert (first["event"], first["data"]["online"]) == ("station", False)


async def test_a_quiet_line_beats(tmp_path):
    async with running(
        "mqtt://127.0.0.1:1", tmp_path / "line.db", connected=False, now_ms=lambda: NOW
    ) as service:
        messages = service.subscribe(beat_s=0.05)
        kinds = [(await anext(messages))["event"] for _ in range(4)]
        assert kinds[0] == "snapshot"
        assert "beat" in kinds


async def test_a_command_comes_back_with_its_answer(broker, database):
    async with running(broker, database) as service, station(broker) as st:
        asked = asyncio.create_task(service.command(st.path, "acknowledge", f"{JOURNAL}-3", by="maria"))
        command = await st.command()
        assert (command["do"], command["call"], command["by"]) == ("acknowledge", f"{JOURNAL}-3", "maria")
        await st.send("event", answer(1, "c-of-someone-else"))
        await st.send("event", answer(2, command["id"]))
        assert await asked == {"command": command["id"], "do": "acknowledge", "result": "done", "why": ""}


async def test_a_silent_station_gives_no_answer(broker, database):
    async with running(broker, database) as service:
        result = await service.command("acme/a/b/c", "lamp_test", answer_s=0.2)
        assert result["result"] == "no answer"
        assert "see whether it is online" in result["why"]


async def test_without_a_broker_a_command_says_so_at_once(tmp_path):
    async with running("mqtt://127.0.0.1:1", tmp_path / "line.db", connected=False) as service:
        result = await service.command("acme/a/b/c", "lamp_test")
        assert result["result"] == "no broker"


async def test_a_command_that_makes_no_sense_is_not_sent(tmp_path):
    async with running("mqtt://127.0.0.1:1", tmp_path / "line.db", connected=False) as service:
        with pytest.raises(ValueError, match="'dance' is no command"):
            await service.command("acme/a/b/c", "dance")
        with pytest.raises(ValueError, match="needs the id of the call"):
            await service.command("acme/a/b/c", "resolve")


def answer(sequence, command):
    data = {"command": command, "do": "acknowledge", "result": "done", "why": ""}
    return event(sequence, "station.command", data)


async def screen(service, wanted):
    async with asyncio.timeout(20):
        async for message in service.subscribe():
            views = {"snapshot": lambda data: data["stations"], "station": lambda data: [data]}
            for view in views.get(message["event"], lambda data: [])(message["data"]):
                if wanted(view):
                    return view


async def silence(_recorder):
    await asyncio.Event().wait()
