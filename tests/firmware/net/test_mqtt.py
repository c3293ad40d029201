"""One MQTT connection's life, against a broker on a string, in virtual time."""

import asyncio
import errno

from broker_on_a_string import Broker

from pullcord.sim import virtual_time
from station.net.greeting import greet, subscribe
from station.net.mqtt import MqttError

OPTIONS = {"host": "10.0.0.1", "port": 1883, "client_id": "c", "keepalive_s": 16, "will": ("o", "gone")}


def play(scene, until_ms=3600000):
    """Run `scene(broker)` in virtual time."""

    async def main():
        await scene(Broker())
        return True

    assert virtual_time.run(main(), until_ms), "the scene did not end"


async def opened(broker, on_message=None, on_ack=None, **options):
    settings = dict(OPTIONS)
    settings.update(options)
    nothing = lambda *_: None  # noqa: E731
    return await greet(broker.opener, settings, on_message or nothing, on_ack or nothing)


async def reason(awaitable):
    try:
        await awaitable
    except MqttError as error:
        return str(error)
    raise AssertionError("it went well")


def test_a_connection_begins_with_one_write():
    async def scene(broker):
        session = await opened(broker, user="me", password="pw")
        hello = b"\x10\x1e\x00\x04MQTT\x04\xee\x00\x10\x00\x01c\x00\x01o\x00\x04gone\x00\x02me\x00\x02pw"
        assert broker.written == [hello]
        await session.close()
        assert broker.writer.closed
        assert len(broker.written) == 1, "a DISCONNECT would keep back the Last Will"

    play(scene)


def test_refusals_are_in_words():
    async def scene(broker):
        for code, words in ((4, "user name or password"), (5, "access rules"), (2, "client id"), (77, "77")):
            broker.connack = bytes((0x20, 2, 0, code))
            assert words in await reason(opened(broker))
            assert broker.writer.closed

    play(scene)


def test_every_opening_has_a_deadline():
    async def scene(broker):
        async def silence(host, port):
            await asyncio.sleep_ms(1000000)

        assert "within 8 s" in await reason(greet(silence, OPTIONS, None, None))
        broker.connack = None
        assert "did not answer the greeting within 8 s" in await reason(opened(broker))
        broker.flowing.clear()
        assert "only a part of a packet" in await reason(opened(broker))

    play(scene)


def test_what_the_network_says_is_in_words():
    async def scene(broker):
        async def refuse(host, port):
            raise OSError(errno.ECONNREFUSED)

        assert "nothing listens" in await reason(greet(refuse, OPTIONS, None, None))
        broker.broken = errno.ECONNRESET
        assert "reset" in await reason(opened(broker))

    play(scene)


def test_something_that_is_no_broker_is_told_so():
    async def scene(broker):
        broker.connack = b"HTTP/1.1 400 Bad Request\r\n" * 4
        assert "a packet of an unexpected kind (0x48)" in await reason(opened(broker))
        broker.connack = b"\x90\x03\x00\x01\x00"
        assert "wrong answer" in await reason(opened(broker))
        broker.connack = b""
        assert "closed the connection" in await reason(opened(broker))

    play(scene)


def test_messages_are_one_write_each_and_several_are_in_flight():
    async def scene(broker):
        acked = []
        broker.acknowledges = False
        session = await opened(broker, on_ack=acked.append)
        assert await session.publish("t", b"zero") == 0
        for number in (7, 8, 9):
            assert await session.publish("t", b"x", 1, tag=number) == number - 6
        assert broker.written[1] == b"\x30\x07\x00\x01tzero"
        assert broker.written[2:] == [b"\x32\x06\x00\x01t\x00" + end for end in (b"\1x", b"\2x", b"\3x")]
        broker.send(b"\x40\x02\x00\x02\x40\x02\x00\x01")
        await asyncio.sleep_ms(10)
        assert acked == [8, 7]
        await session.close()

    play(scene)


def test_an_acknowledgement_for_nothing_is_passed_over():
    async def scene(broker):
        acked = []
        session = await opened(broker, on_ack=acked.append)
        broker.send(b"\x40\x02\x00\x09")
        await asyncio.sleep_ms(10)
        assert acked == []
        await session.publish("t", b"still alive")
        await session.close()

    play(scene)


def test_a_broker_that_never_acknowledges_is_left():
    async def scene(broker):
        broker.acknowledges = False
        session = await opened(broker)
        for number in range(256):
            await session.publish("t", b"", 1, tag=number)
        assert "does not acknowledge" in await reason(session.publish("t", b"", 1, tag=256))
        assert "does not acknowledge" in await reason(session.run())
        await session.close()

    play(scene)


def test_packet_ids_in_use_are_not_given_twice():
    async def scene(broker):
        broker.acknowledges = False
        session = await opened(broker)
        session._packet_id = 65533
        assert await session.publish("t", b"", 1, tag=1) == 65534
        session._packet_id = 65533
        for expected in (65535, 1, 2):
            assert await session.publish("t", b"", 1, tag=2) == expected
        await session.close()

    play(scene)


def test_subscriptions_are_checked():
    async def scene(broker):
        session = await opened(broker)
        await subscribe(session, [("a", 1), ("b", 0)])
        assert broker.written[-1] == b"\x82\x0a\x00\x01\x00\x01a\x01\x00\x01b\x00"
        broker.suback = b"\x90\x04\x00\x02\x01\x80"
        assert "refused the subscription to b" in await reason(subscribe(session, [("a", 1), ("b", 0)]))
        await session.close()
        session = await opened(broker)
        assert "does not fit" in await reason(subscribe(session, [("a", 1), ("b", 0)]))
        await session.close()

    play(scene)


def test_a_message_is_acknowledged_after_its_handler():
    async def scene(broker):
        seen = []

        def handle(topic, payload):
            seen.append((topic, payload, len(broker.written)))

        session = await opened(broker, on_message=handle)
        broker.publish("t", b"one", 1, 513)
        broker.publish("t", b"two")
        await asyncio.sleep_ms(10)
        assert seen == [("t", b"one", 1), ("t", b"two", 2)]
        assert broker.written[1:] == [b"\x40\x02\x02\x01"]
        await session.close()

    play(scene)


def test_a_mistake_in_a_handler_comes_out_of_run_unchanged_and_is_not_acknowledged():
    async def scene(broker):
        def handle(topic, payload):
            raise KeyError("mine")

        session = await opened(broker, on_message=handle)
        broker.publish("t", b"", 1, 1)
        try:
            await session.run()
        except KeyError as error:
            assert error.args == ("mine",)
        else:
            raise AssertionError("it was swallowed")
        assert len(broker.written) == 1
        await session.close()

    play(scene)


def test_silence_in_either_direction_makes_a_ping():
    async def scene(broker):
        session = await opened(broker)
        run = asyncio.create_task(session.run())
        await asyncio.sleep_ms(7500)
        assert len(broker.written) == 1
        await asyncio.sleep_ms(1000)
        assert broker.written[1:] == [b"\xc0\x00"]
        for _ in range(10):  # much is heard and nothing is said: half of the keepalive later, a ping again
            broker.publish("t", b"")
            await asyncio.sleep_ms(1000)
        assert broker.written[1:] == [b"\xc0\x00"] * 2
        await asyncio.sleep_ms(600000)
        assert not run.done()
        run.cancel()
        await session.close()

    play(scene)


def test_a_ping_without_an_answer_ends_it():
    async def scene(broker):
        session = await opened(broker)
        broker.pongs = False
        assert "did not answer a ping within 8 s" in await reason(session.run())
        await session.close()

    play(scene, 20000)


def test_a_write_that_hangs_ends_it_and_half_a_packet_is_never_followed():
    async def scene(broker):
        session = await opened(broker)
        broker.flowing.clear()
        stuck = asyncio.create_task(reason(session.publish("t", b"x")))
        assert "took no more data for 8 s" in await reason(session.run())
        written = len(broker.written)
        assert "took no more data" in await reason(session.publish("t", b"y"))
        assert len(broker.written) == written
        stuck.cancel()
        await session.close()

    play(scene, 20000)


def test_the_end_is_noticed_at_once():
    async def scene(broker):
        session = await opened(broker)
        run = asyncio.create_task(reason(session.run()))
        await asyncio.sleep_ms(100)
        broker.send(b"")
        await asyncio.sleep_ms(100)
        assert run.done()
        assert await run == "the broker closed the connection"
        assert "closed the connection" in await reason(session.publish("t", b""))
        await session.close()

    play(scene)


def test_a_message_beyond_the_limit_is_cut_and_acknowledged_and_does_not_end_it():
    async def scene(broker):
        session = await opened(broker, limit=64)
        run = asyncio.create_task(reason(session.run()))
        broker.send(b"\x32\xac\x02\x00\x01t\x00\x07" + b"x" * 295)
        await asyncio.sleep_ms(100)
        assert broker.written[-1] == b"\x40\x02\x00\x07"
        assert not run.done()
        run.cancel()
        await session.close()

    play(scene)


def test_a_kind_of_packet_that_only_clients_send_ends_it():
    async def scene(broker):
        session = await opened(broker)
        broker.send(b"\xc0\x00")
        assert "unexpected kind (0xc0)" in await reason(session.run())
        await session.close()

    play(scene)


def test_run_ticks_every_second():
    async def scene(broker):
        ticks = []
        session = await opened(broker)
        run = asyncio.create_task(session.run(lambda: ticks.append(1)))
        await asyncio.sleep_ms(60500)
        assert len(ticks) == 60
        run.cancel()
        await session.close()

    play(scene)
