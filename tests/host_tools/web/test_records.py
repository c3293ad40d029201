"""What the pages read from the database of the line service, beside the recorder that writes it."""

import pytest
from sqlalchemy.exc import OperationalError

from pullcord.line.store import Store
from pullcord.web.records import Records
from tests.host_tools.line.events import JOURNAL, NOW, PATH, arrival, called, event


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    yield store
    store.close()


def test_refused_messages_come_latest_first_and_printable(store):
    store.commit([arrival(b"\x00\x1b[31mnot json"), arrival(b"x" * 9000)])
    first, second = Records(store.place).quarantined()
    assert first["payload"].startswith("xxx") and first["payload"].endswith(" …")
    assert "\x1b" not in second["payload"]
    assert second["topic"] == f"pullcord/v1/{PATH}/event"
    assert second["received_at"] == NOW
    assert "JSON" in second["reason"]


def test_events_of_one_station_come_latest_first(store):
    store.commit([arrival(called(1)), arrival(event(2))])
    found = Records(store.place).events(PATH)
    assert [e["id"] for e in found] == [f"{JOURNAL}-2", f"{JOURNAL}-1"]
    assert found[1]["type"] == "pullcord.andon.called.v1"
    assert found[1]["at"] == NOW
    assert Records(store.place).events("acme/assembly/line-1/another") == []


def test_the_pages_cannot_write_and_do_not_make_a_database(store, tmp_path):
    with pytest.raises(OperationalError):
        Records(tmp_path / "missing.db").quarantined()
    assert not (tmp_path / "missing.db").exists()
