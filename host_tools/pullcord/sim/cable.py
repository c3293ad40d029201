"""The network cable of one station: a TCP proxy between it and the broker, with a hand on the plug."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

CHUNK = 4096
QUEUED = 64  # chunks under way in one direction before the sender has to wait
CONNECT_S = 5.0

Filter = Callable[[bytes], bytes]


class Cable:
    """`port` is where the station finds the broker. `latency_ms` delays each direction.

    Unplugged, packets vanish and nobody is told. What was sent arrives once the plug is back, as TCP sends
    it again. New connections get no answer. `filters()` gives for each connection what changes the bytes from
    the broker on their way.
    """

    def __init__(self, host: str, port: int, latency_ms: float = 0.0) -> None:
        self.broker = (host, port)
        self.latency_ms = latency_ms
        self.port = 0
        self.up = asyncio.Event()
        self.up.set()
        self.connections = 0
        self.filters: Callable[[], Filter] = lambda: bytes
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._cut_after: int | None = None

    @property
    def plugged(self) -> bool:
        return self.up.is_set()

    async def start(self) -> int:
        """Open the station's end; returns its port on loopback. Again on the same port after close()."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def close(self) -> None:
        """Take the cable away: everything on it ends."""
        if self._server:
            self._server.close()
            self._server = None
        tasks = [link.task for link in self._links if link.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> "Cable":
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def unplug(self) -> None:
        self.up.clear()

    def plug(self) -> None:
        self.up.set()

    def cut(self) -> None:
        """End all connections hard, both ends are told (RST)."""
        for link in list(self._links):
            link.reset()

    def cut_after(self, count: int) -> None:
        """Let `count` more bytes from the station through, in the middle of a packet if so, then cut()."""
        self._cut_after = count

    def lose(self) -> None:
        """Half-open for good: on today's connections nothing arrives any more, and neither end is told."""
        for link in list(self._links):
            link.lost = True

    def abandon(self) -> None:
        """The station lost its power: the broker hears no more of its connections, not even an end."""
        for link in list(self._links):
            link.abandon()

    def passing(self, data: bytes) -> bytes:
        """What of these bytes from the station still goes through."""
        if self._cut_after is None:
            return data
        through = data[: self._cut_after]
        self._cut_after -= len(through)
        return through

    def spent(self) -> bool:
        """Whether the bytes of cut_after() are through; says so once."""
        if self._cut_after != 0:
            return False
        self._cut_after = None
        return True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = _Link(self, reader, writer)
        self._links.add(link)
        link.task = asyncio.current_task()
        try:
            await link.run()
        except (OSError, TimeoutError):
            link.reset()  # the broker is not there, or one end broke: the other end has to hear of it
        except asyncio.CancelledError:
            pass  # close() ends its links this way, and nobody waits for them
        finally:
            link.close()
            self._links.discard(link)


class _Link:
    """One connection through the cable."""

    def __init__(self, cable: Cable, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.cable = cable
        self.task: asyncio.Task[None] | None = None
        self.lost = False
        self._change = cable.filters()
        self._station = (reader, writer)
        self._broker: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._alone = False

    async def run(self) -> None:
        await self.cable.up.wait()
        if self._alone:
            return
        self._broker = await asyncio.wait_for(asyncio.open_connection(*self.cable.broker), CONNECT_S)
        up = asyncio.create_task(self._carry(self._station[0], self._broker[1], from_station=True))
        down = asyncio.create_task(self._carry(self._broker[0], self._station[1], from_station=False))
        try:
            await self._until_over(up, down)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _until_over(self, up: "asyncio.Task[None]", down: "asyncio.Task[None]") -> None:
        done, _ = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        if self._alone and down not in done:
            await asyncio.wait({down})
        for task in done:
            task.result()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_station: bool
    ) -> None:
        """Carry one direction until its sender ends it."""
        under_way = _UnderWay(self.cable)
        delivery = asyncio.create_task(self._deliver(under_way, writer, from_station))
        try:
            while data := await reader.read(CHUNK):
                await under_way.put(data)
            await under_way.put(b"")
            await delivery
        finally:
            delivery.cancel()

    async def _deliver(
        self, under_way: "_UnderWay", writer: asyncio.StreamWriter, from_station: bool
    ) -> None:
        while data := await under_way.get():
            await self.cable.up.wait()
            if self._alone or self.lost:
                continue  # one end has no power, or a router forgot: nothing arrives
            writer.write(self.cable.passing(data) if from_station else self._change(data))
            await writer.drain()
            if from_station and self.cable.spent():
                self.reset()
        await self.cable.up.wait()
        if self.lost:
            await asyncio.Event().wait()  # an end is not heard either

    def abandon(self) -> None:
        self._alone = True
        self._station[1].close()

    def reset(self) -> None:
        for end in (self._station, self._broker):
            if end:
                end[1].transport.abort()

    def close(self) -> None:
        for end in (self._station, self._broker):
            if end:
                with contextlib.suppress(OSError):
                    end[1].close()


class _UnderWay:
    """Chunks on their way; each arrives the cable's latency after it was sent."""

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._chunks: deque[tuple[float, bytes]] = deque()
        self._there = asyncio.Event()
        self._room = asyncio.Semaphore(QUEUED)

    async def put(self, data: bytes) -> None:
        await self._room.acquire()
        self._chunks.append((asyncio.get_running_loop().time() + self._cable.latency_ms / 1000, data))
        self._there.set()

    async def get(self) -> bytes:
        while not self._chunks:
            self._there.clear()
            await self._there.wait()
        due, data = self._chunks.popleft()
        self._room.release()
        ahead = due - asyncio.get_running_loop().time()
        if ahead > 0:
            await asyncio.sleep(ahead)
        return data
