"""Virtual stations with a real broker and a real line service, for benchmarks that look at a station from outside."""

import asyncio
import contextlib
import copy
import json
import re
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from pullcord.firmware.compiled import compiled, compiled_files
from pullcord.line import recorder
from pullcord.line.broker import find_mosquitto, free_port, mosquitto
from pullcord.line.service import LineService, wall_ms
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import Compiled, compile_plant
from pullcord.plant.load import load
from pullcord.sim import process as process_module
from pullcord.sim import wires
from pullcord.sim.bench import StationBench
from pullcord.sim.cable import Cable
from pullcord.sim.process import FLASH_BYTES, VirtualStation
from pullcord.sim.runtime import Runtime, micropython
from tests.end_to_end.backlog import fill

HERE = Path(__file__).parent
PLANT = HERE.parents[1] / "docs/examples/plant.yaml"
APPS = HERE / "apps"
FILL_CARDS = HERE / "flash/fill_cards.py"
FIRMWARE = HERE.parents[1] / "build/bench/firmware"
FULLEST = "acme/assembly/line-1/st-04"  # seven inputs, a reader, five lights, permit, takt
UP_S = 30.0

State = dict[str, Any]


@dataclass(frozen=True)
class PlantSide:
    """Mosquitto and the line service, and where they keep things."""

    broker: str
    service: LineService
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "line.db"


@dataclass(frozen=True)
class Observed:
    """A station that runs, and what can be seen of it."""

    path: str
    bench: StationBench
    plant: PlantSide

    @property
    def station(self) -> VirtualStation:
        return self.bench.station

    def state(self) -> State:
        """What it last published; empty before, and while the broker has it offline."""
        view = self.plant.service.board.station(self.path)
        return (view["state"] or {}) if view and view["online"] else {}

    def events(self) -> list[dict[str, Any]]:
        """What the recorder has committed of this station."""
        with contextlib.closing(sqlite3.connect(f"file:{self.plant.database}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT body FROM events WHERE source = ? ORDER BY position", ["/" + self.path])
            return [json.loads(body) for (body,) in rows]

    async def receipted(self, timeout_s: float = UP_S) -> None:
        """Wait until the plant has everything that the station recorded, and the station knows it."""
        await self.until(
            lambda state: state["journal"]["depth"] == 0 and all(call["plant"] for call in state["calls"]), timeout_s
        )

    async def until(self, condition: Callable[[State], bool], timeout_s: float = UP_S) -> None:
        """Wait for a published state of which `condition` is true; TimeoutError tells the state and the log."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (self.state() and condition(self.state())):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            said = f"state {self.state()}\n{self.station.log_tail()}"
            raise TimeoutError(f"{self.path} did not come to it in {timeout_s:g} s: {said}") from None


@contextlib.asynccontextmanager
async def plant_side(speed: int = 1, kept: str | None = None) -> AsyncIterator[PlantSide]:
    """Until the block ends. With a `speed`, the time that it tells goes so many times as fast.

    `kept`: a database other than a new file.
    """
    program = find_mosquitto()
    if program is None:
        raise RuntimeError("needs Mosquitto: apt-get install mosquitto")
    start = wall_ms()
    with tempfile.TemporaryDirectory(prefix="pullcord-bench-") as folder:
        async with mosquitto(program, free_port()) as broker:
            database = Path(folder, "line.db")
            now_ms = lambda: start + (wall_ms() - start) * speed  # noqa: E731
            service = LineService(broker.url, kept or database, ["acme"], now_ms=now_ms)
            with patch.object(recorder, "TIME_S", recorder.TIME_S / speed):
                recording = asyncio.create_task(service.run())
                try:
                    yield PlantSide(broker.url, service, Path(folder))
                finally:
                    recording.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await recording


@contextlib.asynccontextmanager
async def station(
    plant: PlantSide, heap_kib: int = 256, name: str = "st-04", app: str = "main", cards: int = 0, **changes: Any
) -> AsyncIterator[Observed]:
    """The fullest station of the example plant, compiled as on a board, until the block ends.

    `app` is a module of tests/benchmarks/apps, or the firmware's own; `cards`: so many (see `card_uid`) in place of the
    plant's; `changes` are of its config. StationFailed when it does not start; TimeoutError when it does not get
    through to the plant.
    """
    where = urlsplit(plant.broker)
    async with Cable(where.hostname or "", where.port or 0) as cable:
        process, config = await _made(plant, name, cable, cable.port, heap_kib, app, changes, with_cards=not cards)
        if cards:
            await process.run_on_flash(FILL_CARDS, sim=str(process_module.HERE), count=cards)
        async with process:
            seen = Observed(config["station"], StationBench(process, config), plant)
            await seen.receipted()
            yield seen


async def board_objects(plant: PlantSide, name: str = "st-04") -> int:
    """Bytes that the simulator takes for the fullest station's pins, PWM, watchdog, radio and wire while they are used.

    They come in addition to its modules. On a board they are in its image.
    """
    process, _ = await _made(plant, name + "-board", None, 1, 256, "board_only", {})
    async with process, asyncio.timeout(UP_S):
        while True:
            said = re.search(r"^board objects: (\d+)$", process.log_tail(), re.MULTILINE)  # apps/board_only.py
            if said:
                return int(said[1])
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def backlogged(
    plant: PlantSide,
    count: int,
    name: str,
    limit_kb: int,
    round_trip_ms: float = 0,
    app: str = "main",
    linked: bool = True,
) -> AsyncIterator[Observed]:
    """A station that is switched off, with `count` events of a long outage in its journal; off again at the end.

    With a `round_trip_ms` there is a proxy between it and the broker that takes so long. An `app` that changes a
    module finds it only in firmware that is not `linked`.
    """
    where = urlsplit(plant.broker)
    async with Cable(where.hostname or "", where.port or 0, round_trip_ms / 2) as cable:
        port = cable.port if round_trip_ms else where.port or 0
        changes = {"journal": {"limit_kb": limit_kb}}
        process, config = await _made(plant, name, cable, port, 256, app, changes, linked)
        await fill(process, config["station"], count, limit_kb, wall_ms() - count * 60_000)
        try:
            yield Observed(config["station"], StationBench(process, config), plant)
        finally:
            await process.stop()


async def _made(
    plant: PlantSide,
    name: str,
    cable: Cable | None,
    port: int,
    heap_kib: int,
    app: str,
    changes: dict[str, Any],
    linked: bool = True,
    with_cards: bool = True,
) -> tuple[VirtualStation, dict[str, Any]]:
    """The fullest station, off, and its config."""
    source = fullest()
    config = copy.deepcopy(source.config) | changes
    flash_bytes = max(FLASH_BYTES, 1200 * config["journal"]["limit_kb"])
    config["station"] = FULLEST.rpartition("/")[0] + "/" + name
    config["link"].update(host="127.0.0.1", port=port)
    process = VirtualStation(
        name,
        plant.folder / name,
        config=config,
        secrets={"wifi_ssid": "virtual", "wifi_password": ""},
        runtime=a_board_like_runtime(),
        cable=cable,
        cards=[(card.uid, card.loop, card.here, card.state) for card in source.cards] if with_cards else None,
        around=wires.at_rest(config),
        heap_kib=heap_kib,
        flash_bytes=flash_bytes,
        firmware=await asyncio.to_thread(compiled, FIRMWARE, linked=linked),
        app=app,
        app_folder=await asyncio.to_thread(_apps),
    )
    return process, config


def _apps() -> Path:
    """Compiled: the words of a source would stay in the station's heap."""
    return compiled_files(FIRMWARE.with_name("apps"), {file.name: file.read_text() for file in APPS.glob("*.py")})


def card_uid(number: int) -> str:
    """Of a card that fill_cards.py has put into the table."""
    return "04" + (number * 1_000_003).to_bytes(6, "big").hex()


def a_board_like_runtime() -> Runtime:
    """The 32-bit MicroPython. RuntimeError: there is none."""
    found = micropython()
    if found is None or found.bits != 32:
        raise RuntimeError("needs a 32-bit MicroPython: `make test` puts it there (as root, on Debian)")
    return found


def fullest() -> Compiled:
    boards = board_profiles.load()
    return next(c for c in compile_plant(load(PLANT, boards), boards) if c.config["station"] == FULLEST)
