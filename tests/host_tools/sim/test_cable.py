"""A cable between a station and the broker, and what a hand on its plug does."""

import asyncio

import pytest

from pullcord.sim.cable import Cable

SOON = 5.0
NEVER = 0.15


class Broker:
    """Keeps what it hears and says it back in capitals."""

    def __init__(self):
        self.heard = b""
        self.ended = asyncio.Event()
        self.port = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error):
        self._server.close()

    async def _talk(self, reader, writer):
        try:
            while data := await reader.read(1000):
                self.heard += data
                writer.write(data.upper())
        except ConnectionError:
            pass  # a hard cut is an end like others here
        self.ended.set()
        writer.close()

    async def until_heard(self, count):
        async with asyncio.timeout(SOON):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)


@pytest.fixture
async def line():
    async with Broker() as broker, Cable("127.0.0.1", broker.port) as cable:
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        yield broker, cable, reader, writer
        writer.close()


async def answer(reader, count, timeout=SOON):
    return await asyncio.wait_for(reader.readexactly(count), timeout)


async def test_bytes_pass_both_ways(line):
    _, _, reader, writer = line
    writer.write(b"pull")
    assert await answer(reader, 4) == b"PULL"


async def test_unplugged_nothing_passes_and_nobody_is_told(line):
    broker, cable, reader, writer = line
    cable.unplug()
    writer.write(b"pull")
    with pytest.raises(TimeoutError):
        await answer(reader, 1, NEVER)
    assert broker.heard == b"" and not broker.ended.is_set()


async def test_what_was_sent_into_an_unplugged_cable_arrives_when_it_is_back(line):
    _, cable, reader, writer = line
    cable.unplug()
    writer.write(b"pull")
    cable.plug()
    assert await answer(reader, 4) == b"PULL"


async def test_an_end_is_not_heard_through_an_unplugged_cable(line):
    broker, cable, reader, writer = line
    writer.write(b"a")
    await answer(reader, 1)
    cable.unplug()
    writer.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(broker.ended.wait(), NEVER)
    cable.plug()
    await asyncio.wait_for(broker.ended.wait(), SOON)


async def test_a_new_connection_into_an_unplugged_cable_hangs(line):
    _, cable, _, _ = line
    cable.unplug()
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    writer.write(b"hello")
    with pytest.raises(TimeoutError):
        await answer(reader, 1, NEVER)
    writer.close()


async def test_a_cut_is_heard_on_both_sides(line):
    broker, cable, reader, writer = line
    writer.write(b"a")
    await answer(reader, 1)
    cable.cut()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await answer(reader, 1)
    await asyncio.wait_for(broker.ended.wait(), SOON)


async def test_a_cut_in_the_middle_of_a_packet_lets_its_beginning_through(line):
    broker, cable, _, writer = line
    cable.cut_after(3)
    writer.write(b"packet")
    await asyncio.wait_for(broker.ended.wait(), SOON)
    assert broker.heard in (b"pac", b"")  # a reset may overtake what it follows


async def test_a_half_open_connection_carries_nothing_and_no_end_is_heard(line):
    broker, cable, reader, writer = line
    cable.lose()
    writer.write(b"pull")
    with pytest.raises(TimeoutError):
        await answer(reader, 1, NEVER)
    writer.close()
    await asyncio.sleep(NEVER)
    assert (broker.heard, broker.ended.is_set()) == (b"", False)
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    writer.write(b"pull")
    assert await answer(reader, 4) == b"PULL"


async def test_what_comes_from_the_broker_may_be_changed_on_its_way(line):
    _, cable, _, _ = line
    cable.filters = lambda: lambda data: data.replace(b"PULL", b"")
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    writer.write(b"pull")
    await asyncio.sleep(NEVER)
    writer.write(b"cord")
    assert await answer(reader, 4) == b"CORD"


async def test_of_a_station_without_power_the_broker_hears_no_end(line):
    broker, cable, reader, writer = line
    writer.write(b"a")
    await answer(reader, 1)
    cable.abandon()
    writer.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(broker.ended.wait(), NEVER)


async def test_after_an_abandoned_connection_a_new_one_works(line):
    _, cable, reader, writer = line
    writer.write(b"a")
    await answer(reader, 1)
    cable.abandon()
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    writer.write(b"b")
    assert await answer(reader, 1) == b"B"
    writer.close()


async def test_latency_delays_and_keeps_the_order(line):
    _, cable, reader, writer = line
    cable.latency_ms = 30
    loop = asyncio.get_running_loop()
    start = loop.time()
    writer.write(b"a")
    writer.write(b"b")
    assert await answer(reader, 2) == b"AB"
    assert loop.time() - start >= 0.06


async def test_a_broker_that_is_not_there_ends_the_connection():
    async with Cable("127.0.0.1", 1) as cable:
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await answer(reader, 1)
        writer.close()
