"""An outside client of the board: when does a pull get to a screen?"""

import asyncio
import json

import pytest

from pullcord.sim.stimuli import Key, Stimulus
from pullcord.sim.watcher import BoardWatcher

STATION = "acme/assembly/line-1/st-04"


def pull(at: float, category: str = "quality", type: str = "andon.called") -> Stimulus:
    return Stimulus(Key(STATION, type, "cord-1"), at, True, category)


def view(*categories: str, path: str = STATION):
    return {"path": path, "calls": [{"category": category} for category in categories]}


@pytest.fixture
async def board():
    """`await board(stimuli, *data)`: a watcher that was told these data by a stream, until the stream ended."""
    servers = []

    async def play(stimuli, *data):
        async def answer(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\nretry: 1000\n\n")
            for one in data:
                writer.write(b"event: x\ndata: " + json.dumps(one).encode() + b"\n\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/stream"
        watcher = BoardWatcher(url, stimuli)
        with pytest.raises(ConnectionError, match="ended its stream"):
            await asyncio.wait_for(watcher.run(), 10)
        return watcher

    yield play
    for server in servers:
        server.close()


async def test_a_call_that_appears_is_that_of_the_latest_pull(board):
    earlier, latest = pull(1.0), pull(2.0)
    await board([earlier, latest], {"stations": [view()]}, view("quality"))
    assert earlier.on_board_at is None
    assert latest.on_board_at > 2.0


async def test_a_call_that_stays_is_not_new(board):
    first, second = pull(1.0), pull(2.0)
    first.on_board_at = 1.1
    await board([first, second], {"stations": [view("quality")]}, view("quality"))
    assert second.on_board_at is not None  # the snapshot showed it; once
    third = pull(3.0)
    await board([third], view(), view("quality"), view("quality"))
    assert third.on_board_at is not None


async def test_calls_of_others_and_other_hands_are_not_taken(board):
    other_category, cancelled = pull(1.0, "help"), pull(1.0, type="andon.cancelled")
    await board([other_category, cancelled], view("quality"), view("help", path="acme/a/l/st-09"))
    assert (other_category.on_board_at, cancelled.on_board_at) == (None, None)


async def test_messages_without_calls_are_counted_and_left(board):
    watcher = await board([], {"now": 1}, {"broker": {"connected": True}})
    assert watcher.messages == 2
