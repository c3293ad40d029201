"""A line of virtual stations, each on its own cable to the broker."""

import asyncio
import copy
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pullcord.firmware.compiled import compiled
from pullcord.line import address
from pullcord.line.broker import BrokerFailed
from pullcord.sim import wires
from pullcord.sim.bench import StationBench, VirtualBench
from pullcord.sim.cable import Cable
from pullcord.sim.process import FIRMWARE, VirtualStation
from pullcord.sim.runtime import Runtime
from pullcord.web.bench import BenchCard

# what an ESP32 leaves to Python, and what the simulator takes of it for its stand-ins and models of chips
HEAP_KIB = 204

CardRow = tuple[str, str, str, str]


@dataclass(frozen=True)
class StationPlan:
    """A compiled station: its config.json and its card table as (uid hex, loop, here, state).

    For people at the bench: `labels` of cards, the name of the `board`, what is wired to its pins.
    """

    config: dict[str, Any]
    cards: Sequence[CardRow] = ()
    labels: Sequence[BenchCard] = ()
    board: str = ""
    wiring: Sequence[tuple[str, str]] = ()


class VirtualLine:
    """Starts the stations of `plans` below `directory`; their flash stays there, so the line goes on later.

    `broker` is its URL; the stations get the user and password in it as their secrets.
    """

    def __init__(
        self,
        plans: Sequence[StationPlan],
        directory: Path,
        broker: str,
        runtime: Runtime,
        heap_kib: int = HEAP_KIB,
    ) -> None:
        self.runtime = runtime
        self.stations: dict[str, StationBench] = {}
        self._plans = plans
        self._ports: dict[str, int] = {}
        self._directory = directory
        self._broker = address.read(broker)
        self._heap_kib = heap_kib
        self._firmware = FIRMWARE

    @property
    def bench(self) -> VirtualBench:
        return VirtualBench(list(self.stations.values()))

    def fit(self, path: str, config: dict[str, Any]) -> dict[str, Any] | None:
        """A compiled config as a station of this line can use it; None before it has its cable."""
        return self._at_its_cable(path, config) if path in self._ports else None

    async def start(self) -> None:
        """Switch all stations on, two at a time: this machine may be small."""
        if self.runtime.is_micropython:
            self._firmware = await asyncio.to_thread(compiled, self._directory / "firmware")
        for plan in self._plans:
            await self._prepare(plan)
        gate = asyncio.Semaphore(2)

        async def switch_on(bench: StationBench) -> None:
            async with gate:
                await bench.station.start()

        tasks = [asyncio.create_task(switch_on(bench)) for bench in self.stations.values()]
        try:
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    async def stop(self) -> None:
        """Switch all stations off at once, and take their cables away."""
        await asyncio.gather(*(_take_down(bench) for bench in self.stations.values()))

    async def __aenter__(self) -> "VirtualLine":
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    def _at_its_cable(self, path: str, compiled: dict[str, Any]) -> dict[str, Any]:
        config = copy.deepcopy(compiled)
        config["link"].update(host="127.0.0.1", port=self._ports[path])
        if self._broker.tls:
            # the cable has another address than the broker that its certificate is for
            config["link"]["tls"] = {"name": self._broker.host}
        return config

    async def _prepare(self, plan: StationPlan) -> None:
        path = plan.config["station"]
        cable = Cable(self._broker.host, self._broker.port)
        self._ports[path] = await cable.start()
        config = self._at_its_cable(path, plan.config)
        secrets = {"wifi_ssid": "virtual", "wifi_password": ""}
        if self._broker.username:
            secrets.update(mqtt_user=self._broker.username, mqtt_password=self._broker.password or "")
        station = VirtualStation(
            path.replace("/", "."),
            self._directory / path.replace("/", "."),
            config=config,
            secrets=secrets,
            files=_certificates(self._broker),
            runtime=self.runtime,
            cable=cable,
            cards=list(plan.cards),
            around=wires.at_rest(config),
            heap_kib=self._heap_kib,
            firmware=self._firmware,
        )
        self.stations[path] = StationBench(station, config, plan.labels, plan.board, plan.wiring)


def _certificates(broker: address.Address) -> dict[str, bytes]:
    """What a station's flash holds beside, to know its broker. BrokerFailed when the CA's file is no certificate."""
    if not broker.tls:
        return {}
    try:
        return {"broker-ca.der": ssl.PEM_cert_to_DER_cert(Path(broker.ca or "").read_text())}
    except (OSError, ValueError) as error:
        raise BrokerFailed(f"stations need the CA of {broker.shown}: add ?ca=FILE to its address ({error})") from error


async def _take_down(bench: StationBench) -> None:
    await bench.station.stop()
    if bench.station.cable:
        await bench.station.cable.close()
