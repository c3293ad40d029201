"""Rescued events are brought to the plant: from a kept file, in whatever state, and never twice."""

import json

import pytest

from pullcord.line import address, topics
from pullcord.line.broker import embedded_broker, free_port
from pullcord.line.broker_client import broker_client
from pullcord.line.store import Store
from pullcord.rescue import holes, reading, recording
from pullcord.rescue.holes import Hole
from pullcord.usb.trouble import Trouble
from tests.host_tools.line.events import JOURNAL, PATH, called, encode

EVENTS = [encode(called(number)) for number in range(1, 8)]


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "line.db")
    made.open()
    yield made
    made.close()


def test_what_is_brought_twice_is_recorded_once(store):
    assert recording.in_database(store, EVENTS[:4], []) == (4, 0, [])
    assert recording.in_database(store, EVENTS, []) == (3, 4, [])


def test_what_makes_no_sense_is_kept_aside_and_told(store):
    odd = encode(called(9) | {"type": "pullcord.nothing.v1"})
    done = recording.in_database(store, [*EVENTS, odd], [])
    assert (done.new, len(done.refused)) == (7, 1)


def test_a_kept_file_gives_back_what_was_saved(tmp_path):
    file = tmp_path / "rescued" / "st-04.jsonl"
    recording.save(file, EVENTS)
    assert recording.load(file) == EVENTS
    file.write_text(file.read_text() + "a word from an editor\n")
    with pytest.raises(ValueError, match=r"st-04\.jsonl:8: is no event"):
        recording.load(file)


async def test_a_broker_without_a_recorder_is_told():
    async with embedded_broker(free_port()) as broker:
        with pytest.raises(recording.NotRecorded, match="no recorder answered"):
            await recording.by_broker(broker.url, EVENTS, [], 0.5)


async def test_a_broker_that_is_not_there_is_told():
    with pytest.raises(recording.NotRecorded, match="cannot be reached"):
        await recording.by_broker(f"mqtt://127.0.0.1:{free_port()}", EVENTS, [])


def test_a_copy_that_is_no_journal_holds_no_events(tmp_path):
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "0").write_bytes(b"noise" * 99)
    found = reading.events_of(tmp_path / "journal", "e6614103e7452b2f", ["/journal/s/1: EIO"])
    assert found.events == [] and found.unread[0] == "/journal/s/1: EIO"


def test_a_reader_that_gives_up_is_told(tmp_path):
    with pytest.raises(Trouble, match="cannot be made out"):
        reading.events_of(tmp_path / "nowhere", "no hex", [])


def test_the_station_is_that_of_the_newest_event():
    moved = json.dumps(called(9) | {"source": "/acme/assembly/line-1/st-09"}).encode()
    assert reading.Rescued("6f", 0, [*EVENTS, moved], [], []).station == "acme/assembly/line-1/st-09"


NAMELESS = (b"{}", b"no JSON", b"[1]", b'{"source": 7}', b'{"source": "/a/b/+/d"}', b'{"source": "/../x"}', b"")


@pytest.mark.parametrize("event", NAMELESS)
def test_an_event_that_names_no_station_leaves_it_to_the_one_before(event):
    assert reading.Rescued("6f", 0, [*EVENTS, event], [], []).station == PATH
    assert reading.Rescued("6f", 0, [event], [], []).station == ""


def test_an_event_without_a_source_is_kept_aside_and_the_rest_recorded(store):
    odd = called(8)
    del odd["source"]
    done = recording.in_database(store, [*EVENTS, encode(odd)], [])
    assert (done.new, len(done.refused)) == (7, 1)


def test_a_hole_is_told_to_the_plant_so_that_its_receipt_counts_on(store):
    there = [*EVENTS[:2], *EVENTS[4:]]
    recording.in_database(store, there, [Hole(3, 4, holes.DAMAGED)])
    assert store.counts()["holes"] == 1 and store.open()[JOURNAL].through == 7


def test_a_hole_is_not_told_while_the_plant_lacks_what_is_before_it(store):
    recording.in_database(store, EVENTS[4:], [Hole(3, 4, holes.ERASED)])
    assert store.counts()["holes"] == 0


async def test_events_behind_a_hole_are_sent_and_not_called_proven(monkeypatch):
    monkeypatch.setattr(recording, "BEHIND_A_HOLE_S", 1.0)
    there = [*EVENTS[:2], *EVENTS[4:]]
    async with embedded_broker(free_port()) as broker:
        async with broker_client(address.read(broker.url)) as recorder:
            receipt = topics.of_station(PATH, f"receipt/{JOURNAL}")
            await recorder.publish(receipt, b'{"through":2,"epoch":1}', qos=1, retain=True)
        through = await recording.by_broker(broker.url, there, [Hole(3, 4, holes.DAMAGED)])
    assert through == 2 and holes.beyond(there, through) == 3


async def test_events_without_any_id_cannot_be_answered_for():
    with pytest.raises(recording.NotRecorded, match="none of these events has an id"):
        await recording.by_broker("mqtt://127.0.0.1", [b"{}"], [])


class ABoard:
    """A session with a board whose journal has `files`, and which answers each question for a piece alike."""

    port = type("Port", (), {"device": "/dev/ttyACM9"})

    def __init__(self, *files):
        self.files = files

    def call(self, name, *arguments, function):
        return {"tree": [[file, 4] for file in self.files], "piece": "QUJDRA==", "uid": "e6"}[function]


OUTSIDE = ("/journal/../../out", "/journal/s/../../out", "/etc/out", "/journal", "out", "/journal/a\0")


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_board_does_not_say_where_its_files_go(tmp_path, path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with pytest.raises(Trouble, match="not in its journal"):
        reading.copy(ABoard(path), False, inner, lambda done, total: None)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_file_without_an_end_does_not_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FLASH", 100)
    with pytest.raises(Trouble, match="no end"):
        reading.copy(ABoard("/journal/s/1"), False, tmp_path, lambda done, total: None)
