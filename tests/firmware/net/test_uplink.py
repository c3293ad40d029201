"""The line to the plant, against a broker on a string, in virtual time. Portable."""

import asyncio
import errno
import json

from broker_on_a_string import Broker
from fake_station import ROOT, Line, play

from pullcord.sim import virtual_time

RECEIPT = ROOT + "receipt/6f1c9a2e41d07b35"


def receipt(broker, through, epoch=1, topic=RECEIPT):
    broker.publish(topic, json.dumps({"through": through, "epoch": epoch}), 1, 77)


def test_it_says_who_it_is_listens_and_shows_its_state():
    async def scene(line, broker):
        hello, subscribe, online, state = broker.written[:4]
        assert b"\x00\x0eacme/a/l/st-04" in hello
        assert (ROOT + "online").encode() in hello
        assert b'{"online": false' in hello or b'"online": false' in hello
        for topic in (RECEIPT, ROOT + "command", ROOT + "config", ROOT + "cards"):
            assert topic.encode() + b"\x01" in subscribe
        assert b"pullcord/v1/acme/time\x00" in subscribe
        assert online[0] == state[0] == 0x33, "QoS 1, retained"
        assert broker.published("/online")[0][1].startswith(b"{")
        assert json.loads(broker.published("/online")[0][1]) == {"online": True, "uid": "e661"}
        assert broker.published("/state") == [(ROOT + "state", b"state-1")]
        assert line.uplink.connected
        assert line.uplink.reconnects == 0
        assert [connected for _, connected in line.station.links] == [True]

    play(scene)


def test_events_go_out_in_order_and_a_receipt_lets_more_follow():
    async def scene(line, broker):
        line.journal.append(100)
        line.uplink.wake()
        await asyncio.sleep_ms(50)
        assert broker.published("/event") == [(ROOT + "event", b"event-%d" % n) for n in range(1, 65)]
        assert broker.written[-1][0] == 0x32, "QoS 1, not retained"
        receipt(broker, 64)
        await asyncio.sleep_ms(50)
        assert len(broker.published("/event")) == 100
        assert line.station.receipts == [64]
        assert line.journal.through == 64

    play(scene)


def test_an_unacknowledged_window_holds_the_rest_back():
    async def scene(line, broker):
        broker.acknowledges = False
        line.journal.append(100)
        line.uplink.wake()
        await asyncio.sleep_ms(5000)
        assert len(broker.published("/event")) == 16

    play(scene)


def test_without_a_receipt_it_sends_again():
    async def scene(line, broker):
        line.journal.append(2)
        line.uplink.wake()
        await asyncio.sleep_ms(9900)
        assert len(broker.published("/event")) == 2
        await asyncio.sleep_ms(1200)
        assert len(broker.published("/event")) == 4

    play(scene)


def test_another_recorder_session_is_sent_everything_again():
    async def scene(line, broker):
        line.journal.append(2)
        line.uplink.wake()
        await asyncio.sleep_ms(50)
        for session, sent in (("a", 4), ("a", 4), ("b", 6)):
            broker.publish("pullcord/v1/acme/time", json.dumps({"unix_ms": 1, "session": session}))
            await asyncio.sleep_ms(50)
            assert len(broker.published("/event")) == sent
        assert len(line.station.times) == 3

    play(scene)


def test_a_new_epoch_goes_back_and_skips_what_is_erased():
    async def scene(line, broker):
        line.journal.append(500)
        receipt(broker, 500)
        await asyncio.sleep_ms(50)
        for erased in range(1, 400):
            del line.journal.events[erased]
        broker.written.clear()
        broker.answered = 0
        receipt(broker, 100, 2)
        await asyncio.sleep_ms(50)
        assert broker.published("/event")[0][1] == b"event-400"
        assert line.station.receipts == [500, 100]

    play(scene)


def test_messages_go_to_the_station_with_what_is_below_its_topic():
    async def scene(line, broker):
        broker.publish(ROOT + "command", b"{}", 1, 5)
        broker.publish(ROOT + "config", b"part", 1, 6)
        broker.publish("pullcord/v1/acme/a/l/another/command", b"not mine")
        await asyncio.sleep_ms(50)
        assert line.station.messages == [("command", b"{}"), ("config", b"part")]
        assert broker.written[-2:] == [b"\x40\x02\x00\x05", b"\x40\x02\x00\x06"]

    play(scene)


def test_receipts_that_are_not_ours_or_make_no_sense_change_nothing():
    async def scene(line, broker):
        line.journal.append(3)
        receipt(broker, 3, topic=ROOT + "receipt/0000000000000000")
        bad = (b"", b"{}", b"[]", b"7", b"\xff", b'{"through":true,"epoch":1}', b'{"through":-1,"epoch":1}')
        for payload in bad + (b"[" * 3000,):
            broker.publish(RECEIPT, payload, 1, 9)
        await asyncio.sleep_ms(200)
        assert line.journal.through == 0
        assert line.uplink.connected
        assert "receipt without usable" in line.uplink.reason

    play(scene)


def test_the_state_goes_out_on_change_but_not_as_a_flood():
    async def scene(line, broker):
        await asyncio.sleep_ms(500)
        line.station.dirty = True
        line.uplink.wake()
        await asyncio.sleep_ms(5)
        assert len(line.station.states) == 2, "at once"
        for _ in range(1000):
            line.station.dirty = True
            line.uplink.wake()
            await asyncio.sleep_ms(1)
        assert 9 <= len(line.station.states) - 2 <= 11

    play(scene)


def test_the_state_goes_out_every_30_s():
    async def scene(line, broker):
        await asyncio.sleep_ms(300000)
        assert len(line.station.states) == 11

    play(scene)


def test_the_state_overtakes_a_backlog():
    async def scene(line, broker):
        line.journal.append(300)

        def answer(topic, payload):
            if topic.endswith("/event"):
                receipt(broker, int(payload[6:]))

        broker.on_publish = answer
        line.uplink.wake()
        while len(broker.published("/event")) < 100:
            await asyncio.sleep_ms(0)
        line.station.dirty = True
        line.uplink.wake()
        before = len(broker.published())
        await asyncio.sleep_ms(50)
        topics = [topic for topic, _ in broker.published()]
        assert topics.index(ROOT + "state", before) - before <= 1
        assert len(broker.published("/event")) == 300

    play(scene)


def test_a_lost_connection_comes_back_and_sends_again_what_has_no_receipt():
    async def scene(line, broker):
        line.journal.append(3)
        line.uplink.wake()
        await asyncio.sleep_ms(50)
        receipt(broker, 1)
        await asyncio.sleep_ms(50)
        broker.send(b"")
        await asyncio.sleep_ms(50)
        assert not line.uplink.connected
        assert line.uplink.reason == "the broker closed the connection"
        await asyncio.sleep_ms(2000)
        assert line.uplink.connected
        assert line.uplink.reconnects == 1
        assert [payload for _, payload in broker.published("/event")] == [b"event-2", b"event-3"]
        assert [connected for _, connected in line.station.links] == [True, False, True]

    play(scene)


def test_pauses_grow_to_30_s_with_jitter_and_shrink_after_a_good_session():
    async def scene(line, broker):
        broker.broken = errno.ECONNRESET
        broker.send(b"")
        opened, gaps, before = broker.opened, [], line.uptime.ms()
        while len(gaps) < 9:
            await asyncio.sleep_ms(10)
            if broker.opened > opened:
                opened = broker.opened
                gaps.append(line.uptime.ms() - before)
                before = line.uptime.ms()
        assert gaps[:6] == sorted(gaps[:6])
        assert 500 <= gaps[0] < 1500
        assert 14000 < gaps[-1] < 16000, "half of 30 s, as the random number is 0.5"
        assert "reset" in line.uplink.reason
        broker.broken = None
        await asyncio.sleep_ms(60000)
        assert line.uplink.connected
        broker.send(b"")
        await asyncio.sleep_ms(1500)
        assert line.uplink.connected, "after a session that lived, the first pause is short again"

    play(scene)


async def gaps_are_within_bounds(line, broker):
    broker.broken = errno.ECONNRESET
    broker.send(b"")
    opened, before = broker.opened, line.uptime.ms()
    for _ in range(12):
        while broker.opened == opened:
            await asyncio.sleep_ms(10)
        gap, before, opened = line.uptime.ms() - before, line.uptime.ms(), broker.opened
        assert 500 <= gap <= 30200


def test_jitter_stays_between_half_a_second_and_30_seconds():
    play(gaps_are_within_bounds, random=lambda: 0.0)
    play(gaps_are_within_bounds, random=lambda: 0.9999)


def test_a_network_that_goes_down_ends_the_session_and_is_brought_up_again():
    async def scene(line, broker):
        line.network.works = False
        await asyncio.sleep_ms(1100)
        assert not line.uplink.connected
        await asyncio.sleep_ms(60000)
        assert line.uplink.reason == "Wi-Fi did not come up"
        line.network.works = True
        await asyncio.sleep_ms(31000)
        assert line.uplink.connected

    play(scene)


def test_a_radio_that_only_believes_to_be_connected_is_started_afresh():
    async def scene(line, broker):
        broker.connack = None
        broker.send(b"")
        await asyncio.sleep_ms(120000)
        assert line.network.downs >= 1

    play(scene)


def test_it_beats_on_while_network_broker_and_writes_hang():
    async def scene(line, broker):
        broker.flowing.clear()
        line.journal.append(1)
        line.uplink.wake()
        await asyncio.sleep_ms(20000)
        assert not line.uplink.connected

        async def hang(deadline_ms):
            await asyncio.sleep_ms(1000000)

        line.network.up = hang
        line.network.linked = False
        await asyncio.sleep_ms(600000)
        assert "the network took longer than 22 s" in line.uplink.reason
        assert line.longest_silence <= 1100

    play(scene)


def test_it_stops_beating_when_its_own_work_hangs():
    async def scene(line, broker):
        async def never(*_):
            await asyncio.sleep_ms(10000000)

        line.uplink._send = never
        line.journal.append(1)
        line.uplink.wake()
        before = line.uptime.ms()
        await asyncio.sleep_ms(60000)
        assert line.beaten_at < before + 21000

    play(scene)


def test_a_mistake_of_the_station_comes_out_of_run():
    async def main():
        broker = Broker()
        line = Line(broker.opener)

        def mistake(now, suffix, payload):
            raise IndexError("mine")

        line.station.on_message = mistake
        task = asyncio.create_task(line.uplink.run())
        await asyncio.sleep_ms(100)
        broker.publish(ROOT + "command", b"{}")
        try:
            await task
        except IndexError:
            assert not line.uplink.connected
            assert broker.writer.closed
            return True

    assert virtual_time.run(main(), 60000)


def test_a_broker_that_is_trusted_gives_receipts():
    async def scene(line, broker):
        line.journal.append(200)
        line.uplink.wake()
        await asyncio.sleep_ms(200)
        assert line.journal.through == 200
        assert line.station.receipts[-1] == 200

    play(scene, trust_broker=True)


def test_a_pull_is_sent_at_once():
    async def scene(line, broker):
        await asyncio.sleep_ms(12345)
        line.journal.append(1)
        line.uplink.wake()
        await asyncio.sleep_ms(2)
        assert len(broker.published("/event")) == 1

    play(scene)


def test_without_an_opener_it_is_asyncios_own():
    assert Line(None).uplink._opener is asyncio.open_connection
