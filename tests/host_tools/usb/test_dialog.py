"""A conversation by cable in virtual time: the station's own end, the gateway's, and a bad cable between them."""

import asyncio
import itertools
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.usb.dialog import Dialog, Hello, Message, pieces, text_only

sys.path.append(str(Path(__file__).parents[2] / "firmware/net"))
from fake_station import Journal, Station

from pullcord.sim import virtual_time
from station.core import lines
from station.core.delivery import Delivery
from station.health.uptime import Uptime
from station.net.cable import Cable, CableUplink

PATH, UID = "acme/a/l/st-04", "e661"
HELLO = Hello(PATH, UID, Journal.name)
TIME = b'{"unix_ms":1795197363000,"session":"r1"}'

Damage = Callable[[bytes], bytes]


def whole(data: bytes) -> bytes:
    return data


class Line:
    """A station, its cable, and a gateway whose broker and recorder take everything at once.

    `to_board`, `from_board`: what the cable does to what goes over it. `room`: the gateway's computer reads.
    """

    def __init__(self) -> None:
        self.to_board = self.from_board = whole
        self.room = True
        self.reads = True
        self.receipts = True
        self.arrived = asyncio.Event()
        self.for_board = b""
        self.for_gateway = b""
        self.uptime = Uptime()
        self.journal, self.station = Journal(), Station()
        self.uplink = CableUplink(
            {"station": PATH, "uid": UID},
            Cable(self.uptime, None, self),
            self.journal,
            Delivery(),
            self.station,
            self.uptime,
        )
        self.replace_gateway()
        self.recorded: list[bytes] = []

    def replace_gateway(self) -> None:
        names = itertools.count()
        self.hellos: list[Hello] = []
        self.dialog = Dialog(lambda: f"{id(names):x}"[-3:] + str(next(names)))

    # The board's console

    async def read(self) -> bytes:
        while not self.for_board:
            self.arrived.clear()
            await self.arrived.wait()
        data, self.for_board = self.for_board[:128], self.for_board[128:]
        return data

    def writable(self) -> bool:
        return self.room

    def write(self, data: bytes) -> None:
        self.for_gateway += self.from_board(bytes(data))

    # The gateway

    async def gateway(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            if not self.reads:
                continue
            data, self.for_gateway = self.for_gateway, b""
            for said in self.dialog.hear(self.uptime.ms(), data):
                self.take(said)
            self.for_board += self.to_board(self.dialog.due(self.uptime.ms()))
            self.arrived.set()

    def take(self, said: Hello | Message) -> None:
        if isinstance(said, Hello):
            self.hellos.append(said)
            self.dialog.up() if len(self.hellos) == 1 else None
            return
        self.dialog.passed_on(said)
        if said.topic == "event":
            self.recorded.append(said.payload)
            if self.receipts:
                self.receipt()

    def receipt(self) -> None:
        through = 0
        while b"event-%d" % (through + 1) in self.recorded:
            through += 1
        self.dialog.tell(
            self.uptime.ms(), f"receipt/{Journal.name}", json.dumps({"through": through, "epoch": 1}).encode()
        )

    def missing(self) -> set[bytes]:
        return {b"event-%d" % number for number in range(1, self.journal.next)} - set(self.recorded)

    async def until(self, condition: Callable[[], object], what: str, within_s: float = 600) -> None:
        for _ in range(int(within_s * 20)):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"did not come about: {what}; {self.uplink.reason}; lost {self.dialog.lost}")


def play(scene) -> None:
    async def main() -> bool:
        line = Line()
        tasks = [asyncio.create_task(line.uplink.run()), asyncio.create_task(line.gateway())]
        await line.until(lambda: line.uplink.connected, "they are in touch")
        await scene(line)
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return True

    assert virtual_time.run(main(), 86_400_000)


def test_they_find_each_other_in_one_session():
    async def scene(line):
        await line.until(lambda: line.station.states, "the state")
        assert line.hellos == [HELLO] and line.dialog.hello == HELLO
        assert line.uplink.reconnects == 0 and line.uplink.reason == ""

    play(scene)


def test_a_backlog_goes_through_in_order_and_once():
    async def scene(line):
        line.journal.append(500)
        line.uplink.wake()
        await line.until(lambda: line.journal.through == 500, "all have a receipt")
        assert line.recorded == [b"event-%d" % number for number in range(1, 501)]

    play(scene)


def test_the_plant_is_heard_whole_and_in_order():
    async def scene(line):
        parts = [json.dumps({"part": number, "data": "x" * 1000}).encode() for number in range(8)]
        for part in parts:
            line.dialog.tell(line.uptime.ms(), "config", part)
        line.dialog.tell(line.uptime.ms(), "command", b'{"id": "c-1",\r\n "do": "identify"}')
        line.dialog.tell(line.uptime.ms(), "time", b"{}")
        line.dialog.tell(line.uptime.ms(), "time", TIME)
        await line.until(lambda: len(line.station.messages) == 9, "all of it")
        assert line.station.messages == [
            *(("config", part) for part in parts),
            ("command", b'{"id": "c-1",   "do": "identify"}'),
        ]
        assert line.station.times == [TIME], "an old time is none"

    play(scene)


def test_a_time_that_comes_late_is_not_told():
    """Neither one that waits for a slow board, nor one whose line was lost."""

    async def scene(line):
        lost = []

        def lose_the_first(data):
            if b" time " in data and not lost:
                lost.append(data)
                return b""
            return data

        line.to_board = lose_the_first
        line.dialog.tell(line.uptime.ms(), "time", TIME)
        await asyncio.sleep(3)
        assert lost and line.station.times == []
        line.dialog.tell(line.uptime.ms(), "time", TIME)
        await asyncio.sleep(1)
        assert line.station.times == [TIME] and line.uplink.reconnects == 0

    play(scene)


def test_a_time_goes_before_what_waits():
    async def scene(line):
        for _ in range(20):
            line.dialog.tell(line.uptime.ms(), "config", b"x" * 1000)
        line.dialog.tell(line.uptime.ms(), "time", TIME)
        await line.until(lambda: line.station.times, "the time")
        assert len(line.station.messages) < 3

    play(scene)


def test_a_state_of_any_length_gets_through():
    async def scene(line):
        line.station.state = lambda now: b"x" * 20_000
        before = line.dialog.lost
        line.station.dirty = True
        line.uplink.wake()
        await asyncio.sleep(5)
        assert line.dialog.lost == before and line.uplink.reconnects == 0

    play(scene)


def test_a_board_that_was_away_is_found_in_one_session():
    async def scene(line):
        line.from_board = lambda data: b""
        await line.until(lambda: line.dialog.hello is None, "it is missed", 10)
        line.dialog.closed()
        line.hellos.clear()
        await asyncio.sleep(10)
        reconnects = line.uplink.reconnects
        line.from_board = whole
        await line.until(lambda: line.uplink.connected, "it is found", 10)
        assert line.uplink.reconnects == reconnects + 1

    play(scene)


def test_a_gateway_that_was_killed_and_started_again_goes_on():
    async def scene(line):
        line.receipts = False
        line.journal.append(40)
        line.uplink.wake()
        for _ in range(5):
            await asyncio.sleep(0.12)
            line.replace_gateway()
            await line.until(lambda: line.hellos and line.uplink.connected, "the new one is in touch", 15)
        line.receipts = True
        line.receipt()
        await line.until(lambda: line.journal.through == 40, "all have a receipt")
        assert not line.missing()

    play(scene)


def test_a_receipt_is_told_again_to_a_board_that_was_away():
    async def scene(line):
        line.dialog.tell(line.uptime.ms(), f"receipt/{Journal.name}", b'{"through":0,"epoch":3}')
        await line.until(lambda: line.journal.epoch == 3, "the receipt")
        line.journal.epoch = 0
        reconnects = line.uplink.reconnects
        line.reads = False
        await asyncio.sleep(12)
        line.reads = True
        await line.until(lambda: line.uplink.reconnects > reconnects, "another session")
        await line.until(lambda: line.journal.epoch == 3, "the receipt again")

    play(scene)


def test_without_a_broker_the_board_hears_why_and_with_one_it_goes_on():
    async def scene(line):
        line.dialog.down("nothing listens at 10.0.0.1:1883")
        await line.until(lambda: not line.uplink.connected, "it knows")
        assert line.uplink.reason == "the gateway: nothing listens at 10.0.0.1:1883"
        await asyncio.sleep(60)
        assert line.uplink.reason == "the gateway: nothing listens at 10.0.0.1:1883"
        line.journal.append(3)
        line.dialog.up()
        await line.until(lambda: line.journal.through == 3, "it goes on")

    play(scene)


def test_a_board_that_is_gone_is_missed_and_found_again():
    async def scene(line):
        line.from_board = lambda data: b""
        await line.until(lambda: line.dialog.hello is None, "it is missed", 10)
        line.from_board = whole
        await line.until(lambda: line.dialog.hello == HELLO, "it is found", 10)

    play(scene)


def test_a_reason_of_any_length_fits_into_a_line():
    dialog = Dialog()
    dialog.down("ö" * 500 + '"')
    assert len(dialog.due(0)) <= 240
    assert dialog.due(1) == b""


@pytest.mark.parametrize("hello", [b"[]", b"{", b'{"station":"a/#/c/d","uid":"1","journal":"2"}', b'{"station":"a/b"}'])
def test_a_hello_that_makes_no_sense_is_none(hello):
    dialog = Dialog(lambda: "s1")
    dialog.due(0)
    data = b"".join(lines.frame(lines.FROM_BOARD, "s1", 0, 0, "hello", hello))
    assert dialog.hear(1, data) == [] and dialog.hello is None


def spoiling(seed: int, share: float) -> Damage:
    """Drops, changes and adds bytes: each with this probability."""
    dice = random.Random(seed)

    def spoil(data: bytes) -> bytes:
        out = bytearray()
        for byte in data:
            luck = dice.random() / share
            if luck < 1:
                continue
            out.append(byte ^ 1 << dice.randrange(8) if luck < 2 else byte)
            if luck > 2 and luck < 3:
                out += bytes(dice.randrange(256) for _ in range(dice.randrange(40)))
        return bytes(out)

    return spoil


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0001, 0.0005, 0.002]))
def test_a_bad_cable_loses_nothing(seed, share):
    """And what the board hears was said."""

    async def scene(line):
        line.to_board, line.from_board = spoiling(seed, share), spoiling(seed + 1, share)
        commands = [b'{"id":"c-%d"}' % number for number in range(5)]
        for round_ in range(5):
            line.journal.append(10)
            line.uplink.wake()
            line.dialog.tell(line.uptime.ms(), "command", commands[round_])
            await asyncio.sleep(1)
        await line.until(lambda: line.journal.through == 50, "all have a receipt", 3600)
        assert not line.missing()
        assert {payload for _, payload in line.station.messages} <= set(commands)
        assert set(line.recorded) <= {b"event-%d" % number for number in range(1, 51)}

    play(scene)


def test_a_long_message_goes_to_a_board_in_pieces():
    payload = b"0123456789" * 100
    cut = pieces(payload)
    assert b"".join([piece for piece, _ in cut]) == payload
    assert [follows for _, follows in cut] == [True] * 6 + [False]
    assert pieces(b"") == [(b"", False)]
    assert [len(piece) for piece, _ in pieces(b"x" * lines.PIECE)] == [lines.PIECE]


def test_what_would_interrupt_a_board_or_end_its_line_becomes_a_space():
    assert text_only(b'{\r\n\t"a": 1\x03\x04}') == b'{   "a": 1  }'


@given(st.binary(max_size=700))
def test_pieces_put_together_are_the_message(payload):
    cut = pieces(payload)
    assert b"".join(piece for piece, _ in cut) == payload
    assert [follows for _, follows in cut] == [True] * (len(cut) - 1) + [False]
    assert all(len(piece) <= lines.PIECE for piece, _ in cut)
