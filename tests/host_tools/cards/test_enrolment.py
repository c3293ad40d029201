"""Cards laid on a reader one after another: each counts once, and a duplicate is told at once."""

import asyncio
import time
from contextlib import aclosing

import pytest

from pullcord.cards import taps
from pullcord.cards.enrolment import Enrolment
from pullcord.cards.register import entries
from pullcord.cards.taps import Tap
from pullcord.line.broker import embedded_broker, free_port
from pullcord.line.store import Store
from pullcord.plant.document import Document
from tests.host_tools.line import stand_in
from tests.host_tools.line.events import PATH, arrival, called, event

TEXT = """\
loops:
  bolt: {cards: ["04a1b2c3d40001"]}
  nut: {cards: ["04a1b2c3d40011"]}
people:
  maria: {badge: "04b0b1b2b30001"}
"""
NEW, SHORT = "04a1b2c3d400ff", "04a1b2c3"


@pytest.fixture
def enrolment():
    return Enrolment("bolt", entries(Document.parse("plant.yaml", TEXT)))


def test_a_new_card_gets_the_next_number(enrolment):
    assert enrolment.tap(NEW)[::2] == ("new", "is card 2 of bolt now")
    assert enrolment.tap(SHORT).kind == "short"
    assert enrolment.uids == [NEW, SHORT]


def test_a_card_that_is_laid_down_again_counts_once(enrolment):
    enrolment.tap(NEW)
    assert enrolment.tap(NEW)[::2] == ("known", "was enrolled a moment ago: card 2 of bolt")
    assert enrolment.uids == [NEW]


@pytest.mark.parametrize(
    ("uid", "kind", "words"),
    [
        ("04a1b2c3d40001", "known", "card 1 of 1 of bolt already (line 2"),
        ("04a1b2c3d40011", "taken", "card 1 of 1 of nut already (line 3"),
        ("04b0b1b2b30001", "taken", "badge of maria already (line 5"),
    ],
)
def test_a_card_of_somebody_else_is_left_alone(enrolment, uid, kind, words):
    answer = enrolment.tap(uid)
    assert answer.kind == kind and words in answer.words
    assert enrolment.uids == []


def refused(sequence, uid, *, at=None, path=PATH):
    data = {"reader": "empty", "role": "signal", "card": uid, "why": "unknown", "table": 1}
    return event(sequence, "kanban.refused", data, at=now() if at is None else at, path=path)


def tapped(sequence, uid):
    data = {"reader": "empty", "role": "signal", "card": uid, "loop": "bolt", "table": 1, "certain": True}
    return event(sequence, "kanban.tapped", data, at=now())


def now():
    return time.time_ns() // 1_000_000


async def first(source, count):
    found = []
    async with asyncio.timeout(30), aclosing(source) as heard:
        async for tap in heard:
            found.append(tap)
            if len(found) == count:
                return found


async def test_taps_are_heard_from_a_database_from_now_on(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.commit([arrival(refused(1, "04a1b2c3d40001"), now=now())])
    late = refused(2, "04a1b2c3d40002", at=now() - 60_000)  # from before, sent again after a network that was away
    elsewhere = refused(3, "04a1b2c3d40003", path="acme/assembly/line-1/st-05")
    coming = [[late, called(4), elsewhere], [refused(5, NEW)], [tapped(6, SHORT)]]

    async def pause(_):
        if coming:
            store.commit([arrival(message, path=message["source"][1:], now=now()) for message in coming.pop(0)])
        await asyncio.sleep(0)

    try:
        assert await first(taps.of_database(store, PATH, now() - 100, pause), 2) == [
            Tap(NEW, "empty", counted=False),
            Tap(SHORT, "empty", counted=True),
        ]
    finally:
        store.close()


async def test_taps_are_heard_from_a_broker_from_now_on():
    async with embedded_broker(free_port()) as broker, stand_in.station(broker.url) as station:
        heard = asyncio.create_task(first(taps.of_broker(broker.url, PATH, now()), 2))
        sequence = 0
        while not heard.done():  # until it has subscribed, nobody hears
            for message in (b"no event", called(1), refused(2, "04a1b2c3d40002", at=now() - 60_000), [1]):
                await station.send("event", message)
            sequence += 10
            await station.send("event", refused(sequence, NEW))
            await asyncio.sleep(0.05)
        assert set(await heard) == {Tap(NEW, "empty", counted=False)}


async def test_a_broker_that_is_not_there_is_told():
    with pytest.raises(taps.NoTaps, match="cannot be reached"):
        await first(taps.of_broker(f"mqtt://u:secret@127.0.0.1:{free_port()}", PATH, 0), 1)
