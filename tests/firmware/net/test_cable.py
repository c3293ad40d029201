"""The line to the plant by a USB cable, against a gateway on a string, in virtual time. Portable."""

import asyncio
import json

from fake_station import play
from gateway_on_a_string import CableLine, Gateway

HELLO = {"station": "acme/a/l/st-04", "uid": "e661", "journal": "6f1c9a2e41d07b35"}


def with_gateway(scene, **settings):
    async def begun(line, gateway):
        gateway.begin("s1")
        keeping = asyncio.create_task(gateway.keep_up())
        await asyncio.sleep_ms(1000)
        try:
            await scene(line, gateway)
        finally:
            keeping.cancel()

    play(begun, Broker=Gateway, Line=CableLine, **settings)


def test_it_says_nothing_until_it_is_asked():
    async def scene(line, gateway):
        line.journal.append(3)
        line.uplink.wake()
        await asyncio.sleep_ms(60000)
        assert gateway.written == b""
        assert not line.uplink.connected
        assert "pullcord gateway" in line.uplink.reason

    play(scene, Broker=Gateway, Line=CableLine)


def test_it_says_who_it_is_and_shows_its_state():
    async def scene(line, gateway):
        assert gateway.hellos == [HELLO]
        assert [topic for topic, _ in gateway.heard] == ["online", "state"]
        assert json.loads(gateway.heard[0][1]) == {"online": True, "uid": "e661"}
        assert gateway.heard[1][1] == b"state-1"
        assert line.uplink.connected
        assert [connected for _, connected in line.station.links] == [True]

    with_gateway(scene)


def test_a_hello_that_was_not_heard_is_said_again():
    async def scene(line, gateway):
        gateway.say("open")
        gateway.say("open")
        await asyncio.sleep_ms(100)
        assert gateway.hellos == [HELLO] * 3
        assert line.uplink.connected and line.uplink.reconnects == 0

    with_gateway(scene)


def test_events_go_out_in_order_and_a_receipt_lets_more_follow():
    async def scene(line, gateway):
        line.journal.append(100)
        line.uplink.wake()
        await asyncio.sleep_ms(200)
        assert gateway.published("event") == [b"event-%d" % n for n in range(1, 65)]
        await gateway.tell("receipt/6f1c9a2e41d07b35", b'{"through":64,"epoch":1}')
        await asyncio.sleep_ms(200)
        assert len(gateway.published("event")) == 100
        assert line.journal.through == 64

    with_gateway(scene)


def test_what_the_broker_does_not_take_holds_the_rest_back():
    async def scene(line, gateway):
        gateway.passes_on = False
        line.journal.append(100)
        line.uplink.wake()
        await asyncio.sleep_ms(5000)
        assert len(gateway.published("event")) == 16
        gateway.passes_on = True
        gateway.taken = gateway.read
        gateway.say("up")
        await asyncio.sleep_ms(200)
        assert len(gateway.published("event")) == 64

    with_gateway(scene)


def test_where_the_broker_is_trusted_its_acknowledgement_counts():
    async def scene(line, gateway):
        line.journal.append(100)
        line.uplink.wake()
        await asyncio.sleep_ms(1000)
        assert len(gateway.published("event")) == 100
        assert line.journal.through == 100

    with_gateway(scene, trust_broker=True)


def test_messages_of_the_plant_come_whole_whatever_their_length():
    async def scene(line, gateway):
        part = json.dumps({"data": "x" * 1000}).encode()
        await gateway.tell("config", part)
        await gateway.tell("command", b'{"do":"identify"}')
        await gateway.tell("time", b'{"unix_ms":1795197363000,"session":"r1"}')
        assert line.station.messages == [("config", part), ("command", b'{"do":"identify"}')]
        assert line.station.times == [b'{"unix_ms":1795197363000,"session":"r1"}']

    with_gateway(scene)


def test_a_line_that_comes_twice_counts_once():
    async def scene(line, gateway):
        await gateway.tell("command", b"{}")
        gateway.say("command", b"{}")
        await asyncio.sleep_ms(50)
        assert line.station.messages == [("command", b"{}")]
        assert gateway.board_taken == 1

    with_gateway(scene)


def test_a_message_that_is_too_long_for_a_board_is_none():
    async def scene(line, gateway):
        await gateway.tell("config", b"x" * 9000)
        await gateway.tell("command", b"{}")
        assert ("command", b"{}") in line.station.messages
        assert all(len(payload) <= 4096 for _, payload in line.station.messages)

    with_gateway(scene)


def test_a_gateway_that_falls_silent_is_one_that_is_gone():
    async def scene(line, gateway):
        gateway.passes_on = False
        await asyncio.sleep_ms(12000)
        assert not line.uplink.connected
        assert "said nothing for 10 s" in line.uplink.reason
        assert [connected for _, connected in line.station.links] == [True, False]
        gateway.passes_on = True
        gateway.begin("s2")
        await asyncio.sleep_ms(1000)
        assert line.uplink.connected and line.uplink.reconnects == 1

    with_gateway(scene)


def test_another_gateway_takes_over_and_gets_everything_that_has_no_receipt():
    async def scene(line, gateway):
        line.journal.append(3)
        line.uplink.wake()
        await asyncio.sleep_ms(100)
        gateway.begin("s2")
        await asyncio.sleep_ms(1000)
        assert gateway.published("event") == [b"event-1", b"event-2", b"event-3"] * 2
        assert line.uplink.reason == "the gateway began anew"

    with_gateway(scene)


def test_the_reason_why_there_is_no_broker_is_told():
    async def scene(line, gateway):
        gateway.passes_on = False
        for _ in range(15):
            gateway.say("down", b'{"why":"nothing listens at 10.0.0.1:1883"}')
            await asyncio.sleep_ms(2000)
        assert not line.uplink.connected
        assert line.uplink.reason == "the gateway: nothing listens at 10.0.0.1:1883"
        gateway.passes_on = True
        gateway.begin("s2")
        await asyncio.sleep_ms(500)
        assert line.uplink.connected

    with_gateway(scene)


def test_a_down_that_makes_no_sense_is_one_all_the_same():
    async def scene(line, gateway):
        gateway.passes_on = False
        gateway.say("down", b"[]")
        await asyncio.sleep_ms(100)
        assert line.uplink.reason == "the gateway has no way to the broker"

    with_gateway(scene)


def test_a_host_that_does_not_read_never_blocks():
    async def scene(line, gateway):
        line.journal.append(100)
        gateway.console.room = False
        line.uplink.wake()
        await asyncio.sleep_ms(9000)
        assert not line.uplink.connected
        assert "took more data" in line.uplink.reason
        gateway.console.room = True
        gateway.begin("s2")
        await asyncio.sleep_ms(1000)
        assert line.uplink.connected

    with_gateway(scene)


def test_a_host_that_does_not_read_holds_up_nobody_who_watches():
    """Whoever watches over the uplink hears of it every second, also while nothing is to be sent."""

    async def scene(line, gateway):
        await asyncio.sleep_ms(5000)
        gateway.console.room = False
        await asyncio.sleep_ms(20000)
        assert line.longest_silence <= 1100

    with_gateway(scene)


def test_a_tool_that_asks_is_answered_with_and_without_a_gateway():
    async def alone(line, gateway):
        gateway.session = "look"
        gateway.say("look", b'{"after":3}')
        await asyncio.sleep_ms(100)
        assert gateway.answers == [("look", b'{"station":"acme/a/l/st-04"}'), ("event", b'{"after":3}')]
        assert not line.uplink.connected

    play(alone, Broker=Gateway, Line=CableLine)

    async def beside(line, gateway):
        gateway.session = "who"
        gateway.say("who")
        await asyncio.sleep_ms(100)
        assert gateway.answers[0] == ("who", b'{"station":"acme/a/l/st-04"}')
        assert line.uplink.connected

    with_gateway(beside)


def test_garbage_on_the_cable_does_no_harm():
    async def scene(line, gateway):
        gateway.console.give(b"import os\r\nprint(1)\n#>" + bytes(range(256)) * 20)
        gateway.console.give(b"\n")
        await asyncio.sleep_ms(500)
        await gateway.tell("command", b"{}")
        assert line.station.messages == [("command", b"{}")]
        assert line.uplink.connected and line.uplink.reconnects == 0

    with_gateway(scene)


def test_a_mistake_of_the_stations_own_comes_out_of_it():
    async def scene(line, gateway):
        gateway.begin("s1")
        line.station.on_message = _fail
        await asyncio.sleep_ms(500)
        gateway.number += 1
        gateway.say("command", b"{}")
        await asyncio.sleep_ms(3000)

    try:
        play(scene, Broker=Gateway, Line=CableLine)
    except ValueError as error:
        assert str(error) == "a mistake"
    else:
        raise AssertionError("it was swallowed")


def _fail(now, suffix, payload):
    raise ValueError("a mistake")
