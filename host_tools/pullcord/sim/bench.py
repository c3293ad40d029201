"""The bench page's hands and eyes on the virtual stations of a line."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pullcord.sim import wires
from pullcord.sim.process import Message, StationFailed, VirtualStation
from pullcord.web.bench import BenchCard, BenchError, BenchInput, BenchReader, BenchStation, Picture

HAND_MS = 250


class StationBench:
    """One virtual station with the names of its config: what is pulled, held and lit."""

    def __init__(
        self,
        station: VirtualStation,
        config: dict[str, Any],
        cards: Sequence[BenchCard] = (),
        board: str = "",
        wiring: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.station = station
        self.config = config
        self.pulled: set[str] = set()
        self.held: dict[str, str] = {}
        self.wires: dict[str, str] = {}
        self.plugged = True
        self._inputs = {item["name"]: item for item in config["inputs"]}
        self._readers = {item["name"]: item for item in config["readers"]}
        self._cards = tuple(cards)
        self._board = board
        self._wiring = tuple(wiring)

    def about(self) -> BenchStation:
        config = self.config
        return BenchStation(
            path=config["station"],
            runtime=str(self.station.runtime),
            light=config["light"]["kind"],
            lights=tuple(config["light"]["pins"]),
            inputs=tuple(_input(item) for item in config["inputs"]),
            readers=tuple(BenchReader(r["name"], r["role"]) for r in config["readers"]),
            cards=self._cards,
            buzzer=bool(config.get("buzzer")),
            permit=bool(config.get("permit")),
            board=self._board,
            wiring=self._wiring,
        )

    def picture(self) -> Picture:
        config = self.config
        pins, pixels = self.station.pins, self.station.pixels
        lights = {name: wires.lit(config, name, pins, pixels) for name in config["light"]["pins"]}
        permit = config.get("permit")
        return Picture(
            power=self.station.state in ("running", "starting"),
            network=self.plugged,
            lights=lights,
            tone_hz=self.tone_hz(),
            permit=self._lit(permit["pin"], permit["active"]) if permit else None,
            pulled=tuple(sorted(self.pulled)),
            wires=dict(self.wires),
            held=dict(self.held),
            answers={name: self._answers(item) for name, item in self._readers.items()},
        )

    def tone_hz(self) -> int:
        buzzer = self.config.get("buzzer")
        if not buzzer:
            return 0
        if buzzer["kind"] == "plain":
            return 1000 if self.station.pins.get(buzzer["pin"]) else 0
        hertz, duty = self.station.pwm.get(buzzer["pin"], (0, 0))
        return hertz if duty else 0

    async def move(self, name: str, active: bool) -> None:
        """Make or break a contact, with its bounces. Letting go is always possible."""
        item = self._inputs[name]
        if active:
            self._powered()
        message = wires.moved(item, active, self.config)
        if "pin" in message:
            await self.station.bounce(message["pin"], message["level"])
        elif name not in self.wires:  # nobody hears of a hand behind a broken wire
            self.station.say(message)
        (self.pulled.add if active else self.pulled.discard)(name)

    def wire(self, name: str, fault: str) -> None:
        """Cut (`open`) or squeeze (`short`) the wire of a supervised loop; "" mends it."""
        item = self._inputs[name]
        if item.get("kind") != "loop":
            raise BenchError(f"{name} is a plain contact: it would not notice. Only a supervised loop does.")
        if fault:
            self.wires[name] = fault
        else:
            self.wires.pop(name, None)
        self.station.say(wires.broken(item, fault) if fault else wires.moved(item, name in self.pulled))

    async def press(self, name: str) -> None:
        """Make and break a contact, as a hand does."""
        await self.move(name, True)
        await asyncio.sleep(HAND_MS / 1000)
        await self.move(name, False)

    def input_that(self, does: str) -> str | None:
        """The name of the first input that does this."""
        return next((name for name, item in self._inputs.items() if item["does"] == does), None)

    def hold(self, reader: str, uid: str) -> None:
        self._readers[reader]
        self._powered()
        self.held[reader] = uid
        self.station.card(reader, uid)

    def take_away(self, reader: str) -> None:
        self._readers[reader]
        self.held.pop(reader, None)
        self.station.card(reader, None)

    def plug(self, up: bool) -> None:
        self.plugged = up
        self.station.network(up)

    def _powered(self) -> None:
        if self.station.state != "running":
            raise BenchError("This station has no power: put its plug back first.")

    def _lit(self, pin: int, active: str) -> bool:
        return self.station.pins.get(pin) == (1 if active == "high" else 0)

    def _answers(self, item: dict[str, Any]) -> tuple[str, ...]:
        return tuple(name for name, pin in item.get("pins", {}).items() if self.station.pins.get(pin))


def _input(item: dict[str, Any]) -> BenchInput:
    return BenchInput(item["name"], item["does"], item.get("category", ""), item.get("kind") == "loop")


class VirtualBench:
    """All virtual stations by path; see `pullcord.web.bench.Bench` for what the methods do."""

    def __init__(self, stations: Sequence[StationBench]) -> None:
        self._stations = {bench.config["station"]: bench for bench in stations}

    def stations(self) -> Sequence[BenchStation]:
        return [bench.about() for bench in self._stations.values()]

    async def pull(self, station: str, input: str) -> None:
        await self._stations[station].move(input, True)

    async def release(self, station: str, input: str) -> None:
        await self._stations[station].move(input, False)

    async def press(self, station: str, input: str) -> None:
        await self._stations[station].press(input)

    async def wire(self, station: str, input: str, fault: str) -> None:
        self._stations[station].wire(input, fault)

    async def hold(self, station: str, reader: str, uid: str) -> None:
        self._stations[station].hold(reader, uid)

    async def take_away(self, station: str, reader: str) -> None:
        self._stations[station].take_away(reader)

    async def tap(self, station: str, reader: str, uid: str) -> None:
        await self.hold(station, reader, uid)
        await asyncio.sleep(2 * HAND_MS / 1000)
        await self.take_away(station, reader)

    async def network(self, station: str, up: bool) -> None:
        self._stations[station].plug(up)

    async def power(self, station: str, on: bool) -> None:
        virtual = self._stations[station].station
        try:
            await (virtual.restore_power() if on else virtual.cut_power())
        except StationFailed as failed:
            raise BenchError(str(failed)) from failed

    async def observe(self, station: str) -> AsyncIterator[Picture]:
        bench = self._stations[station]
        changed = asyncio.Event()
        changed.set()

        def look(at: float, message: Message) -> None:
            changed.set()

        remove = bench.station.on_output(look)
        shown = None
        try:
            while True:
                picture = bench.picture()
                if picture != shown:
                    shown = picture
                    yield picture
                changed.clear()
                try:
                    # hands and plugs are moved from here, and say nothing by the wire
                    await asyncio.wait_for(changed.wait(), 0.2)
                except TimeoutError:
                    continue
        finally:
            remove()
