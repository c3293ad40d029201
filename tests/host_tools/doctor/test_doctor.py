"""What `pullcord doctor` says of what is well, and of what is not."""

import shutil
import time
from types import SimpleNamespace

import pytest

from pullcord.doctor import at_usb, computer, plant_side, records
from pullcord.line import moments, place
from pullcord.line.broker import embedded_broker, free_port
from pullcord.line.store import Store
from pullcord.plant import boards
from pullcord.pull.projections import all_of_them
from pullcord.usb.board import Found
from tests.end_to_end.a_broker import Mosquitto
from tests.host_tools.line import stand_in
from tests.host_tools.line.conftest import need_mosquitto
from tests.host_tools.line.events import NOW, arrival, called


def moment(text):
    return moments.from_text(text)


@pytest.mark.parametrize(
    ("now", "kept", "good", "words"),
    [
        ("2026-11-25T06:00:00Z", True, True, "kept by a time server"),
        ("2026-11-25T06:00:00Z", None, True, "2026-11-25T06:00:00.000Z"),
        ("2026-11-25T06:00:00Z", False, False, "nothing keeps it right"),
        ("1970-01-01T00:02:00Z", True, False, "cannot be"),
        ("2093-01-01T00:02:00Z", True, False, "cannot be"),
    ],
)
def test_the_computers_clock(now, kept, good, words):
    found = computer.clock(moment(now), kept)
    assert found.good is good and words in found.what
    assert bool(found.next) is not good


def test_a_program_that_is_missing_is_told_with_what_that_means():
    found = computer.programs(lambda name: "" if name == "esptool" else "1.0")
    assert [(one.good, one.what) for one in found] == [
        (True, "mpremote 1.0"),
        (False, "no esptool: ESP32 boards cannot be flashed"),
        (True, "mpy-cross 1.0"),
    ]
    assert all(one.good for one in computer.programs())
    assert computer.micropython("").good is None


def test_a_plant_file_with_problems(tmp_path):
    file = tmp_path / "plant.yaml"
    assert plant_side.plant_file(file, boards.load())[1].good is None
    file.write_text("format: 1\nsite: {nam: acme}\n")
    plant, found = plant_side.plant_file(file, boards.load())
    assert plant is None and found.good is False
    assert "plant.yaml:1: areas: nothing: is missing" in found.what and "plant check" in found.next


@pytest.mark.parametrize(
    ("found", "good", "words"),
    [
        (Found("/dev/ttyACM0", "", "station", station="acme/assembly/line-1/st-04"), True, "st-04 is at work"),
        (Found("/media/RPI-RP2", "", "bootloader", board="pico-w"), None, "pico-w waits in its bootloader"),
        (Found("/dev/ttyACM0", "", "prompt", chip="RP2040"), None, "RP2040 has no firmware yet"),
        (Found("/dev/ttyACM0", "", "prompt", firmware="0.1.0"), False, "stopped by hand"),
        (Found("/dev/ttyACM0", "", "safe", safe_mode=["inputs[0].pin: 99"]), False, "safe mode: inputs[0].pin: 99"),
        (Found("/dev/ttyACM0", "", "closed", trouble=["/dev/ttyACM0: you may not.", "A rule."]), False, "you may not"),
    ],
)
def test_boards_at_usb(found, good, words):
    judged = at_usb.judged(found)
    assert judged.good is good and words in judged.what
    assert bool(judged.next) is not bool(good)


# The database


@pytest.fixture
def line(tmp_path):
    """A line's database with three events, folded."""
    store = Store(tmp_path / "line.db")
    store.open()
    store.commit([arrival(called(number)) for number in (1, 2, 3)])
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()
    store.close()
    return place.read(tmp_path / "line.db")


def bad(found):
    return [(one.what, one.next) for one in found if one.good is False]


def test_a_database_that_is_well(line):
    found = records.look(line, NOW)
    assert bad(found) == []
    text = " ".join(one.what for one in found)
    assert "3 events recorded" in text and "WAL" in text and "0 entries behind" in text and "MB are free" in text


def test_a_database_that_is_not_there_or_is_none(tmp_path):
    assert "is not there" in bad(records.look(place.read(tmp_path / "no.db"), NOW))[0][0]
    (tmp_path / "text.db").write_text("not a database, but long enough to be one" * 50)
    [(what, hint)] = bad(records.look(place.read(tmp_path / "text.db"), NOW))
    assert "not a database" in what and hint
    (tmp_path / "empty.db").write_bytes(b"")
    assert "is no line's database" in bad(records.look(place.read(tmp_path / "empty.db"), NOW))[0][0]


def test_a_full_disk(line, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10 * 1024 * 1024))
    assert bad(records.look(line, NOW))[0][0] == "10 MB are free on its disk"


def test_a_fold_that_stands_still(line, monkeypatch):
    monkeypatch.setattr(records, "BEHIND", 3)
    store = Store(line)
    store.open()
    store.commit([arrival(called(number)) for number in range(4, 9)])
    store.close()
    [(what, hint)] = bad(records.look(line, NOW))
    assert "behind" in what and "by 5" in what and "/healthz" in hint


def test_a_database_from_the_future(line):
    [(what, _)] = bad(records.look(line, NOW - 3_600_000))
    assert "later than this computer's clock" in what


def test_a_message_in_quarantine_is_told_and_no_failure(line):
    store = Store(line)
    store.open()
    store.commit([arrival(b"garbage")])
    store.close()
    found = records.look(line, NOW)
    assert bad(found) == []
    assert any("1 messages could not be understood" in one.what for one in found)


# The broker and the recorder


async def test_a_broker_with_a_recorder_behind_it(tmp_path):
    async with embedded_broker(free_port()) as broker:
        async with stand_in.running(broker.url, tmp_path / "line.db", sites=["acme"]):
            found = await plant_side.broker(broker.url, "acme", 30)
    assert [one.good for one in found] == [True, True]
    assert "clock agrees" in found[1].what


async def test_a_recorder_with_another_clock(tmp_path):
    async with embedded_broker(free_port()) as broker:
        hour = 3_600_000
        behind = {"sites": ["acme"], "now_ms": lambda: time.time_ns() // 1_000_000 - hour}
        async with stand_in.running(broker.url, tmp_path / "line.db", **behind):
            found = await plant_side.broker(broker.url, "acme", 30)
    assert found[1].good is False and "3600" in found[1].what


async def test_a_broker_without_a_recorder():
    async with embedded_broker(free_port()) as broker:
        found = await plant_side.broker(broker.url, "acme", 0.5)
    assert [one.good for one in found] == [True, False]
    assert "no recorder spoke" in found[1].what


@pytest.mark.mosquitto
async def test_a_wrong_password(tmp_path):
    need_mosquitto()
    async with Mosquitto(tmp_path, users={"plant": "right"}) as broker:
        url = f"mqtt://plant:wrong-one@127.0.0.1:{broker.port}"
        [found] = await plant_side.broker(url, "acme", 1)
    assert found.good is False and "password is wrong" in found.next
    assert "wrong-one" not in found.what + found.next


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("mqtt://127.0.0.1:{port}", "nothing listens there"),
        ("mqtt://no-such-host.invalid", "no name here"),
        ("http://somewhere", "correct $BROKER"),
        ("mqtts://127.0.0.1:{port}?ca=/nowhere.pem", ""),
    ],
)
async def test_a_broker_that_cannot_be_reached(url, hint):
    [found] = await plant_side.broker(url.format(port=free_port()), "acme", 1)
    assert found.good is False and hint in found.next
