"""One virtual station with a real broker and a real line service, for benchmarks that look at a station from outside."""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pullcord.line.broker import find_mosquitto, free_port, mosquitto
from pullcord.line.service import LineService
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim.bench import StationBench
from pullcord.sim.process import VirtualStation
from pullcord.sim.runtime import Runtime, micropython
from pullcord.sim.virtual_line import StationPlan, VirtualLine

PLANT = Path(__file__).parents[2] / "docs/examples/plant.yaml"
PATH = "acme/assembly/line-1/st-04"
UP_S = 30.0


@dataclass
class Observed:
    """A station that runs, and what can be seen of it."""

    bench: StationBench
    service: LineService
    database: Path

    @property
    def station(self) -> VirtualStation:
        return self.bench.station

    def state(self) -> dict[str, Any]:
        """What it last published; empty before, and while the broker has it offline."""
        view = self.service.board.station(PATH)
        return (view["state"] or {}) if view and view["online"] else {}

    def events(self) -> list[dict[str, Any]]:
        """What the recorder has committed."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [json.loads(body) for (body,) in connection.execute("SELECT body FROM events ORDER BY position")]

    async def receipted(self) -> None:
        """Wait until the plant has everything that the station recorded, and the station knows it."""
        await self.until(lambda s: s["journal"]["depth"] == 0 and all(call["plant"] for call in s["calls"]))

    async def until(self, condition: Any, timeout_s: float = UP_S) -> None:
        """Wait for a published state of which `condition` is true; TimeoutError tells the state and the log."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (self.state() and condition(self.state())):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            said = f"state {self.state()}\n{self.station.log_tail()}"
            raise TimeoutError(f"{PATH} did not come to it in {timeout_s:g} s: {said}") from None


def plan() -> StationPlan:
    """The fullest station of the example plant: seven inputs, a reader, five lights, permit, takt."""
    boards = board_profiles.load()
    for compiled in compile_plant(load(PLANT, boards), boards):
        if compiled.config["station"] == PATH:
            return StationPlan(compiled.config, [(c.uid, c.loop, c.here, c.state) for c in compiled.cards])
    raise LookupError(f"{PLANT} has no station {PATH}")


def a_board_like_runtime() -> Runtime:
    """The 32-bit MicroPython. RuntimeError: there is none."""
    found = micropython()
    if found is None or found.bits != 32:
        raise RuntimeError("needs a 32-bit MicroPython: `make test` puts it there (as root, on Debian)")
    return found


@contextlib.asynccontextmanager
async def observed(heap_kib: int = 256) -> AsyncIterator[Observed]:
    """The station, connected and with an empty journal, until the block ends."""
    program = find_mosquitto()
    if program is None:
        raise RuntimeError("needs Mosquitto: apt-get install mosquitto")
    runtime = a_board_like_runtime()
    with tempfile.TemporaryDirectory(prefix="pullcord-bench-") as folder:
        async with mosquitto(program, free_port()) as broker:
            service = LineService(broker.url, Path(folder, "line.db"), ["acme"])
            recording = asyncio.create_task(service.run())
            try:
                async with VirtualLine([plan()], Path(folder), broker.url, runtime, heap_kib) as line:
                    seen = Observed(line.stations[PATH], service, Path(folder, "line.db"))
                    await seen.receipted()
                    yield seen
            finally:
                recording.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await recording
