"""Portable: rubbish on every topic and in the stream itself; the station lives, its memory too, and no lamp lies."""

from pullcord.sim import harness  # isort: skip  (replaces the clock)

import asyncio
import gc
import sys

from pullcord.sim.harness import CORD, PERMIT, RED, RESTART, YELLOW, Harness
from station.net import packets

SECOND = 1000
KINDS = ("command", "config", "cards", "receipt/0123456789abcdef", "receipt/x", "state", "strange")
WORDS = (
    "null", "true", "-1", "1e999", "[]", "{}", '""', '"id"', "[[[[[[[[", '{"a":{"a":{"a":{"a":1}}}}',
    '{"through":99999999999999999999,"epoch":1}', '{"through":-1,"epoch":-1}', '{"through":1.5,"epoch":1}',
    '{"through":0,"epoch":999999999}', '{"id":"c","expires":"2026-11-20T17:57:03.000Z","do":"restart"}',
    '{"id":"c","expires":"9999-99-99T99:99:99Z","do":"restart"}', '{"id":1,"expires":2,"do":3}',
    '{"version":1,"hash":"","digest":"","part":0,"parts":0,"data":""}',
    '{"version":2,"hash":"x","digest":"y","part":0,"parts":2000,"data":"04112233,a,s,full\\n"}',
    '{"version":2,"hash":"x","digest":"y","part":1,"parts":2000,"data":"\\ud800"}',
    '{"unix_ms":1,"session":"s"}', '{"unix_ms":"x","session":[]}', '{"unix_ms":1e30,"session":"s"}',
)  # fmt: skip


class Dice:
    """The same bytes in each run, on either Python (a linear congruence, its upper bits)."""

    def __init__(self, seed):
        self._state = seed

    def below(self, count):
        self._state = (self._state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._state >> 12) % count

    def bytes(self, most):
        return bytes([self.below(256) for _ in range(self.below(most))])

    def payload(self):
        word = self.pick(WORDS).encode()
        which = self.below(4)
        if which == 0:
            return self.bytes(60)
        if which == 1:
            place = self.below(len(word) + 1)
            return word[:place] + self.bytes(3) + word[place:]
        return word[: self.below(len(word) + 1)] if which == 2 else word

    def pick(self, choices):
        return choices[self.below(len(choices))]


async def up(line):
    await asyncio.sleep_ms(2 * SECOND)
    await line.press(RESTART)
    await asyncio.sleep_ms(SECOND)


async def a_pull_is_answered(line):
    """Yellow for a call, green as the line runs on, and the permit; then it is over again."""
    await line.press(CORD)
    await asyncio.sleep_ms(6 * SECOND)
    station = line.app.station
    calls = [call for call in station.andon.calls.values() if call.open()]
    seen = sorted(station.rows(line.app.uptime.ms())), line.world.levels[PERMIT], len(calls)
    lit = {at for ms, at, level in line.outputs if level and ms > line.app.uptime.ms() - 5 * SECOND}
    line.plant.command("resolve", calls[0].id, reason="noise")
    await asyncio.sleep_ms(2 * SECOND)
    return seen, YELLOW in lit, RED in lit


def in_use(line):
    """Bytes of memory, without what the plant in the box and the eyes on the lamps keep in the same process."""
    line.outputs.clear()
    gc.collect()
    return gc.mem_alloc() - sum([len(body) + 160 for body in line.plant.bodies.values()])


def faults(line):
    return [event["data"] for event in line.plant.events("station.faulted")]


def test_rubbish_on_every_topic_changes_no_lamp_and_leaves_nothing_in_memory():
    line = Harness(harness.config())
    dice = Dice(7)

    async def script(line):
        await up(line)
        before = await a_pull_is_answered(line)
        used = in_use(line)
        for _ in range(400):
            line.plant.deliver(dice.pick(KINDS), dice.payload())
            await asyncio.sleep_ms(20)
        await asyncio.sleep_ms(90 * SECOND)
        grown = in_use(line) - used
        return before, await a_pull_is_answered(line), grown

    before, after, grown = line.run(script, 400 * SECOND)
    assert before == after == ((["call_plant", "running"], 1, 1), True, False)
    if sys.implementation.name == "micropython":
        assert grown < 4096, grown
    assert {fault["task"] for fault in faults(line)} <= {"command"}
    assert line.app.uplink.reconnects == 0
    assert len(line.plant.events()) < 150  # what is answered is written to flash: it has a limit


def test_a_time_that_cannot_be_moves_no_clock():
    line = Harness(harness.config())
    dice = Dice(11)

    async def script(line):
        await up(line)
        offset = line.app.station.clock.unix_ms(0)
        for _ in range(200):
            topic = "pullcord/v1/acme/time"
            line.plant._line.give(packets.publish(topic, dice.payload()))
            await asyncio.sleep_ms(20)
        return line.app.station.clock.unix_ms(0) - offset

    assert abs(line.run(script, 60 * SECOND)) <= SECOND


def test_noise_in_the_stream_ends_a_connection_and_nothing_else():
    line = Harness(harness.config())
    dice = Dice(3)

    async def script(line):
        await up(line)
        for _ in range(40):
            while line.plant._line is None or not line.app.uplink.connected:
                await asyncio.sleep_ms(100)
            line.plant._line.give(dice.bytes(400))
            await asyncio.sleep_ms(3 * SECOND)
        await asyncio.sleep_ms(60 * SECOND)
        return await a_pull_is_answered(line)

    seen = line.run(script, 3600 * SECOND)
    assert seen == ((["call_plant", "running"], 1, 1), True, False)
    assert faults(line) == []
    assert line.app.uplink.reconnects > 10


def test_of_a_packet_announced_as_200_megabytes_only_the_beginning_is_kept():
    line = Harness(harness.config())

    def kept():
        if sys.implementation.name != "micropython":
            return 0  # not judged there, and to collect the memory of a whole test run takes its time
        gc.collect()
        return gc.mem_alloc()

    async def script(line):
        await up(line)
        used, most = kept(), 0
        line.plant._line.give(b"\x30\xff\xff\xff\x5f\x00\x01t")
        for _ in range(200):
            line.plant._line.give(bytes(1000))
            await asyncio.sleep_ms(20)
            most = max(most, kept() - used)
        await asyncio.sleep_ms(60 * SECOND)
        return most, await a_pull_is_answered(line)

    most, seen = line.run(script, 200 * SECOND)
    assert seen == ((["call_plant", "running"], 1, 1), True, False)
    if sys.implementation.name == "micropython":
        assert most < 16 * 1024
