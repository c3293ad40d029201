"""Names are looked up without holding anything up, and a name server that hangs has a deadline. Portable."""

import asyncio
import socket
import sys

from broker_on_a_string import Broker
from fake_station import OPTIONS, Line

import station.net
from pullcord.sim import virtual_time
from station.net import names

NAME = "broker.plant"
# by hand after RFC 1035: one CNAME (to "b" and a pointer into the question), then the address
ANSWERED = (
    names.question(NAME)[:2]
    + b"\x81\x80\0\1\0\2\0\0\0\0"
    + names.question(NAME)[12:]
    + b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x13"
    + b"\1b\xc0\x13\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\x05"
)


class NameServer:
    """On loopback, answers each question with `says` (bytes, or a function of the question), or never (None)."""

    def __init__(self, says):
        self.says = says
        self.asked = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        for port in range(20053, 20153):
            try:
                self._socket.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
                self.port = port
                return
            except OSError:
                continue
        raise OSError("no free port")

    async def serve(self):
        while True:
            try:
                question, sender = self._socket.recvfrom(512)
            except OSError:
                await asyncio.sleep_ms(5)
                continue
            self.asked.append(question)
            if self.says is not None:
                self._socket.sendto(self.says, sender)

    def close(self):
        self._socket.close()


def ask(says, name=NAME):
    """(address or the error's words, questions, turns of another task meanwhile)"""
    server, turns = NameServer(says), []

    async def lamp():
        while True:
            turns.append(1)
            await asyncio.sleep_ms(10)

    async def main():
        serving, other = asyncio.create_task(server.serve()), asyncio.create_task(lamp())
        try:
            return await names.look_up(name, "127.0.0.1", server.port)
        except OSError as error:
            return str(error)
        finally:
            serving.cancel()
            other.cancel()

    try:
        return asyncio.run(main()), server.asked, len(turns)
    finally:
        server.close()


def test_a_name_is_asked_for_and_its_address_comes_back():
    address, asked, _ = ask(ANSWERED)
    assert address == "10.0.0.5"
    assert asked[0][2:] == b"\1\0\0\1\0\0\0\0\0\0\6broker\5plant\0\0\1\0\1"


def test_a_name_that_does_not_exist_is_told_at_once():
    refused = names.question(NAME)[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + names.question(NAME)[12:]
    text, asked, _ = ask(refused)
    assert "broker.plant is not known" in text and len(asked) == 1


def test_a_name_server_that_hangs_has_a_deadline_and_the_lamp_goes_on():
    kept, names.REPEAT_MS, names.DEADLINE_MS = (names.REPEAT_MS, names.DEADLINE_MS), 100, 300
    try:
        text, asked, turns = ask(None)
    finally:
        names.REPEAT_MS, names.DEADLINE_MS = kept
    assert "no name server at 127.0.0.1 answers for broker.plant" in text
    assert len(asked) == 3 and turns >= 8


def test_rubbish_is_no_answer_and_ends_nothing():
    for data in (b"", b"x", ANSWERED[:20], ANSWERED[:40], ANSWERED[:-1], names.question(NAME), b"\xff" * 200):
        try:
            found = names.answer(NAME, data)
        except IndexError:
            found = None  # cut short: look_up takes it for none
        assert found is None, data
    assert names.answer("another.name", ANSWERED) is None


def scene_with(look_up, script):
    """An uplink to a broker that has a name, in virtual time."""
    kept, names.look_up = names.look_up, look_up
    # an uplink that forgot the module would load another than the one that is patched here
    sys.modules["station.net.names"] = station.net.names = names
    from station.health import memory

    forget, memory.forget = memory.forget, lambda name: None if name == "net.names" else forget(name)

    async def main():
        broker = Broker()
        line = Line(broker.opener)
        line.uplink._mqtt["host"] = NAME
        line.network.name_server = lambda: "10.0.0.2"
        task = asyncio.create_task(line.uplink.run())
        try:
            return await script(line, broker)
        finally:
            task.cancel()

    try:
        return virtual_time.run(main(), 600000)
    finally:
        names.look_up, memory.forget = kept, forget


def test_the_uplink_opens_the_address_and_keeps_it_for_when_nobody_answers():
    asked, answers = [], ["10.0.0.5"]

    async def look_up(name, server):
        asked.append((name, server))
        if not answers:
            raise OSError("no name server answers")
        return answers.pop()

    async def script(line, broker):
        hosts = []
        opener = line.uplink._opener

        async def opened(host, port):
            hosts.append(host)
            return await opener(host, port)

        line.uplink._opener = opened
        await asyncio.sleep_ms(1000)
        assert line.uplink.connected
        broker.send(b"")
        await asyncio.sleep_ms(5000)
        assert line.uplink.connected
        return hosts

    assert scene_with(look_up, script) == ["10.0.0.5", "10.0.0.5"]
    assert asked == [(NAME, "10.0.0.2")] * 2


def test_a_name_that_nobody_knows_is_the_reason_in_the_state_and_the_uplink_lives_on():
    beats = []

    async def look_up(name, server):
        await asyncio.sleep_ms(5000)
        raise OSError("no name server at 10.0.0.2 answers for broker.plant: a numeric address needs none")

    async def script(line, broker):
        line.uplink._beat = lambda: beats.append(line.uplink._uptime.ms())
        await asyncio.sleep_ms(60000)
        assert not line.uplink.connected
        return line.uplink.reason

    reason = scene_with(look_up, script)
    assert "no name server at 10.0.0.2 answers" in reason
    assert max([beats[i + 1] - beats[i] for i in range(len(beats) - 1)]) <= 2000
    assert OPTIONS["host"] == "10.0.0.1"
