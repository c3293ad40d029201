"""Ask the pages without a network: an HTTP client into the application, over a fake line and bench."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from pullcord.web.app import make_app
from tests.host_tools.web.fake_bench import FakeBench
from tests.host_tools.web.fake_line import FakeLine, FakeRecords


class Asker(httpx.AsyncClient):
    line: FakeLine
    bench: FakeBench | None
    records: FakeRecords


@asynccontextmanager
async def asking(*bench: str) -> AsyncIterator[Asker]:
    """A client with `.line` (station st-01 is on its board), `.records` and, with names, `.bench`."""
    line, records = FakeLine(), FakeRecords()
    line.station("st-01")
    virtual = FakeBench(*bench) if bench else None
    transport = httpx.ASGITransport(make_app(line, virtual, records))
    async with Asker(transport=transport, base_url="http://127.0.0.1:8000") as client:
        client.line, client.bench, client.records = line, virtual, records
        yield client
