"""The event stream: a snapshot, then what changed, resumed where it broke off, and a clock."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from pullcord.web import stream
from pullcord.web.app import make_app
from pullcord.web.server import make_server
from tests.host_tools.line.events import call
from tests.host_tools.web.fake_bench import FakeBench
from tests.host_tools.web.fake_line import LINE, FakeLine, FakeRecords
from tests.host_tools.web.serving import serving

WAIT_S = 10


@asynccontextmanager
async def listening(url: str, last_id: str = ""):
    """Yields next_event(*names): (name, data, id) of the next event with one of these names."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with (
        httpx.AsyncClient(timeout=WAIT_S) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        blocks = _blocks(answer.aiter_lines())

        async def next_event(*names: str):
            async with asyncio.timeout(WAIT_S):
                async for block in blocks:
                    if block.get("event") in names:
                        return block["event"], json.loads(block["data"]), block.get("id", "")
            raise AssertionError(f"the stream ended before {names}")

        yield next_event


async def _blocks(lines):
    block = {}
    async for line in lines:
        if not line:
            yield block
            block = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            block[name] = value


async def test_a_snapshot_comes_first_and_then_what_changes():
    line = FakeLine()
    line.station("st-01")
    async with (
        serving(make_app(line, None, FakeRecords())) as url,
        listening(f"{url}/api/stream") as next_event,
    ):
        _, snapshot, first = await next_event("snapshot")
        assert [view["name"] for view in snapshot["stations"]] == ["st-01"]
        line.station("st-01", calls=[call(7)])
        _, view, second = await next_event("station")
        assert [c["category"] for c in view["calls"]] == ["quality"]
        assert first != second
        line.plant(database="the disk is full")
        _, status, _ = await next_event("plant")
        assert status["database"] == "the disk is full"


async def test_a_broken_stream_goes_on_where_it_broke_off():
    line = FakeLine()
    line.station("st-01")
    line.station("st-02")
    async with serving(make_app(line, None, FakeRecords())) as url:
        async with listening(f"{url}/api/stream") as next_event:
            _, _, seen = await next_event("snapshot")
        line.station("st-02", calls=[call(8)])
        async with listening(f"{url}/api/stream", seen) as next_event:
            name, view, _ = await next_event("snapshot", "station")
            assert (name, view["name"]) == ("station", "st-02")


async def test_after_a_restart_of_the_service_only_a_snapshot_helps():
    line = FakeLine()
    line.station("st-01")
    async with serving(make_app(line, None, FakeRecords())) as url:
        async with listening(f"{url}/api/stream", "another-session-12") as next_event:
            name, _, _ = await next_event("snapshot", "station")
            assert name == "snapshot"


async def test_the_clock_tells_the_servers_time_and_moves_no_id():
    async with serving(make_app(FakeLine(), None, FakeRecords())) as url:
        async with listening(f"{url}/api/stream") as next_event:
            _, first, number = await next_event("clock")
            _, second, _ = await next_event("clock")
            assert second["now"] > first["now"]
            assert number == ""


async def test_the_bench_hears_of_its_own_station_and_of_its_pins():
    line, bench = FakeLine(), FakeBench("st-01", "st-02")
    line.station("st-01")
    line.station("st-02")
    async with serving(make_app(line, bench, FakeRecords())) as url:
        async with listening(f"{url}/api/bench/{LINE}/st-01/stream") as next_event:
            await next_event("pins")
            bench.picture(f"{LINE}/st-01", tone_hz=880)
            _, pins, _ = await next_event("pins")
            assert pins["tone_hz"] == 880
        async with listening(f"{url}/api/bench/{LINE}/st-01/stream") as next_event:
            _, snapshot, _ = await next_event("snapshot")
            assert [view["name"] for view in snapshot["stations"]] == ["st-01"]
            line.station("st-02", calls=[call(3)])
            line.station("st-01", calls=[call(4)])
            _, view, _ = await next_event("station")
            assert view["name"] == "st-01"


async def test_a_server_that_stops_says_goodbye_to_the_open_pages():
    app = make_app(FakeLine(), None, FakeRecords())
    async with serving(app) as url, listening(f"{url}/api/stream") as next_event:
        await next_event("snapshot")
        app.state.closing.set()
        assert (await next_event("bye"))[1] == {}
        with pytest.raises(AssertionError, match="the stream ended"):
            await next_event("clock")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.10.5", "::", "plant.example"])
def test_without_a_sign_in_the_pages_are_for_this_machine_only(host):
    with pytest.raises(ValueError, match="without tokens"):
        make_server(make_app(FakeLine(), None, FakeRecords()), 0, host)


def test_data_with_line_breaks_stays_one_event():
    assert stream.encode("station", {"name": "a\n\ndata: b"}, "s-1") == (
        'id: s-1\nevent: station\ndata: {"name":"a\\n\\ndata: b"}\n\n'
    )


async def test_a_source_that_fails_ends_the_stream_with_its_error():
    async def fails():
        yield "one", {}, ""
        raise OSError("the bench is gone")

    with pytest.raises(OSError, match="the bench is gone"):
        async for _ in stream.merge(stream.clock(), fails()):
            pass


async def test_who_leaves_closes_the_sources():
    closed = []

    async def source():
        try:
            while True:
                yield "one", {}, ""
                await asyncio.sleep(0)
        finally:
            closed.append(True)

    events = stream.merge(source(), source())
    await anext(events)
    await events.aclose()
    assert closed == [True, True]
