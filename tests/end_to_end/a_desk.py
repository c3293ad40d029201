"""A desk with USB stations, a broker and a recorder; the gateway between them is a process that a test may kill.

What was recorded is read from the database's file, what should be there from the stations themselves.
"""

import asyncio
import contextlib
import copy
import itertools
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from pullcord.firmware.compiled import compiled
from pullcord.line.broker import find_mosquitto, free_port, mosquitto
from pullcord.line.service import LineService
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import wires
from pullcord.sim.usb_board import VirtualBoard
from pullcord.sim.usb_place import VirtualUsb

ROOT = Path(__file__).parents[2]
LINE = "acme/assembly/line-1/"
PULLCORD = "from pullcord.cli.main import main; main()"
MAIN = b"import start\nstart.main()\n"
DEADLINE_S = 120.0

Event = dict[str, Any]


def station_config(name: str) -> dict[str, Any]:
    """That of the example plant's st-01 (a cord, a button, two that answer), by cable and under another name."""
    boards = board_profiles.load()
    plans = compile_plant(load(ROOT / "docs/examples/plant.yaml", boards), boards)
    config = copy.deepcopy(next(plan.config for plan in plans if plan.config["station"] == LINE + "st-01"))
    config.pop("takt", None)  # its overruns call by themselves
    return config | {"station": LINE + name, "link": {"kind": "usb"}}


def board_files(config: dict[str, Any]) -> dict[str, bytes]:
    """What is on the flash of a station."""
    tree = compiled(ROOT / "build/end_to_end/firmware")
    files = {str(file.relative_to(tree)): file.read_bytes() for file in tree.rglob("*.mpy")}
    files["start.mpy"] = files.pop("main.mpy")
    return files | {"main.py": MAIN, "config.json": json.dumps(config).encode()}


class Desk:
    """`service`: the recorder's; `status`: what the gateway last said, by port."""

    def __init__(self, folder: Path, usb: VirtualUsb, broker: str) -> None:
        self.folder, self.usb, self.broker = folder, usb, broker
        self.database = folder / "line.db"
        self.service = LineService(broker, self.database, ["acme"])
        self.status: dict[str, dict[str, Any]] = {}
        self.gateways = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    # Hands

    def add(self, name: str, config: dict[str, Any] | None = None, **how: Any) -> VirtualBoard:
        config = config or station_config(name)
        board = self.usb.add(how.pop("board_name", name), on=False, **how)
        board.put(board_files(config))
        for message in wires.at_rest(config):
            board.say(message)
        board.power_on()
        return board

    async def start_gateway(self, *ports: str) -> None:
        command = [sys.executable, "-c", PULLCORD, "--debug", "gateway", *(ports or ["--all"]), "--json"]
        environment = os.environ | self.usb.environment | {"BROKER": self.broker, "PYTHONPATH": paths()}
        self._process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=self.folder, stdout=asyncio.subprocess.PIPE
        )
        self.gateways += 1
        self._reading = asyncio.create_task(self._read(self._process))

    async def end_gateway(self, how: signal.Signals = signal.SIGKILL) -> int:
        process, self._process = self._process, None
        assert process and self._reading
        assert process.returncode is None, f"the gateway ended by itself, with {process.returncode}"
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        code = await asyncio.wait_for(process.wait(), DEADLINE_S)
        await self._reading
        self.status.clear()
        return code

    async def close(self) -> None:
        if self._process:
            await self.end_gateway()

    # Eyes

    def state(self, name: str) -> dict[str, Any]:
        """What the station last published; empty while it is offline."""
        view = self.service.board.station(LINE + name)
        return (view["state"] or {}) if view and view["online"] else {}

    def is_online(self, name: str) -> bool:
        view = self.service.board.station(LINE + name)
        return bool(view and view["online"])

    def events(self, name: str) -> list[Event]:
        """What the database has of the station, in the order in which it came."""
        if not self.database.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            query = "SELECT body FROM events WHERE source = ? ORDER BY position"
            return [json.loads(body) for (body,) in connection.execute(query, ["/" + LINE + name])]

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"did not come about in {DEADLINE_S:g} s: {what}; {self.status}") from None

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        async for line in process.stdout:
            status = json.loads(line)
            self.status[status["port"]] = status


def audit(events: list[Event], newest: int) -> dict[str, list[Any]]:
    """`lost`, `doubled`, `disordered` of one station whose journal goes up to `newest`: all empty when it is well."""
    sequences = [int(event["sequence"]) for event in events]
    moments = [(event["boot"], event["uptime"]) for event in sorted(events, key=lambda event: event["sequence"])]
    return {
        "lost": sorted(set(range(1, newest + 1)) - set(sequences)),
        "doubled": sorted({number for number in sequences if sequences.count(number) > 1}),
        "disordered": [moment for moment, after in itertools.pairwise(moments) if moment > after],
    }


NOTHING_WRONG: dict[str, list[Any]] = {"lost": [], "doubled": [], "disordered": []}


@contextlib.asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """Everything but boards and gateway is up."""
    program = find_mosquitto()
    assert program, "the mark `mosquitto` says so"
    async with mosquitto(program, free_port()) as broker:
        with VirtualUsb(folder / "usb") as usb:
            made = Desk(folder, usb, broker.url)
            recording = asyncio.create_task(made.service.run())
            try:
                await made.until(lambda: made.service.status["broker"]["connected"], "the recorder is connected")
                yield made
            finally:
                await made.close()
                recording.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await recording


def paths() -> str:
    return os.pathsep.join([str(ROOT / "host_tools"), str(ROOT / "firmware")])
