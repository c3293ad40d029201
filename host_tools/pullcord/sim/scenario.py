"""The fixed scenario of `pullcord run --for`: every policy, cards, a cut network, a cut power, in some 20 s.

It plays on whatever line it is given: it looks for stations that have what each part needs.
"""

import asyncio
import copy
import dataclasses
import time
from collections.abc import Callable
from typing import NamedTuple

from pullcord.line.service import LineService
from pullcord.sim.bench import StationBench
from pullcord.sim.process import Message
from pullcord.sim.stimuli import Key, Stimulus, Watch
from pullcord.sim.virtual_line import StationPlan

MARK_S = 4
CUT_S = 5.0
DARK_S = 2.0
TAP_S = 0.3
BOARD_S = 12.0
ROUND_S = 19.0
DRAIN_S = 2.0
TUNE_S = 0.8  # the restart tune; a later tone must be the answer to a later hand


def with_short_mark(plan: StationPlan) -> StationPlan:
    """The scenario does not have 20 s to wait for a mark."""
    config = copy.deepcopy(plan.config)
    if (config["andon"].get("mark") or {}).get("from") == "delay":
        config["andon"]["mark"]["delay_s"] = MARK_S
    return dataclasses.replace(plan, config=config)


class NothingToPlay(Exception):
    """The line has no station for this part of the scenario; the text says which."""


class Part(NamedTuple):
    """Where a part is played: a station, one of its inputs or readers, the category that the input calls."""

    bench: StationBench
    name: str
    category: str = ""


class Scenario:
    """Hands on a line; `stimuli` are what they did, `failures` what did not come about."""

    def __init__(self, stations: dict[str, StationBench], service: LineService) -> None:
        self.stimuli: list[Stimulus] = []
        self.failures: list[str] = []
        self._stations = stations
        self._service = service
        self._reader = _reader(stations, "signal")
        self._fixed = _caller(stations, "fixed_position", (self._reader,))
        self._immediate = _caller(stations, "immediate", (self._reader, self._fixed))
        self._never = _caller(stations, "never", (self._reader, self._fixed, self._immediate))

    async def play(self, seconds: float) -> None:
        """Rounds of the scenario until the time is over; a round that has begun is played to its end."""
        end = time.monotonic() + seconds
        await self._begin_shift()
        await self._round(with_faults=True)
        while time.monotonic() + ROUND_S < end:
            await self._round(with_faults=False)
        await asyncio.sleep(max(0.0, end - time.monotonic() - DRAIN_S))

    async def _round(self, with_faults: bool) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._play_fixed_position())
            group.create_task(self._play_immediate(with_faults))
            group.create_task(self._play_never(with_faults))
            if with_faults:
                group.create_task(self._play_cards())

    # parts

    async def _begin_shift(self) -> None:
        """After power-on a permit is off until restart is pressed; a stop then drops one that was on."""
        benches = [bench for bench in self._stations.values() if bench.config.get("permit")]
        buttons = [(bench, bench.input_that("restart")) for bench in benches]
        await asyncio.gather(*(self._restart_by_hand(Part(bench, name)) for bench, name in buttons if name))
        await asyncio.sleep(TUNE_S)

    async def _restart_by_hand(self, part: Part) -> None:
        await self._contact(part, "andon.restarted", "", _permit(part.bench))

    async def _play_fixed_position(self) -> None:
        """A pull that is cancelled before the mark, one that stops the line, and its way back to running."""
        part = self._fixed
        await self._pull(part)
        await asyncio.sleep(2.4)
        await self._contact(part, "andon.cancelled", part.category, _lit_or_sounding(part.bench))
        await asyncio.sleep(2.2)
        await self._pull(part)
        await asyncio.sleep(MARK_S + 0.7)
        self._see_permit(part, False)
        await self._see_through(part)

    async def _play_immediate(self, with_faults: bool) -> None:
        """Pulls that stop at once; the power goes while a call is open, and the same call is there again."""
        part = self._immediate
        await asyncio.sleep(0.5)
        await self._pull(part)
        await asyncio.sleep(2.0)
        if with_faults:
            await part.bench.station.cut_power()
            await asyncio.sleep(DARK_S)
            await part.bench.station.restore_power()
            await asyncio.sleep(2.0)
        self._see_permit(part, False)
        await self._see_through(part)
        await asyncio.sleep(1.0)
        await self._pull(part)
        await asyncio.sleep(1.0)
        await self._see_through(part)

    async def _play_never(self, with_faults: bool) -> None:
        """Calls that stop nothing, one of them while the network is cut."""
        part = self._never
        await asyncio.sleep(1.0)
        await self._pull(part)
        await asyncio.sleep(1.5)
        await self._resolve(part)
        await asyncio.sleep(0.5)
        if with_faults:
            part.bench.plug(False)
            await asyncio.sleep(1.0)
            await self._pull(part)
            await asyncio.sleep(CUT_S - 1.0)
            part.bench.plug(True)
            await self._resolve(part)

    async def _play_cards(self) -> None:
        """Twelve cards in a row, most of them with the network cut, and the last one once more."""
        bench, reader, _ = self._reader
        for number, card in enumerate(bench.about().cards[:12]):
            if number == 4:
                bench.plug(False)
            await self._tap(card.uid)
            await asyncio.sleep(0.4)
        # the hand comes back with the same card at once: still one tap
        bench.station.card(reader, card.uid)
        await asyncio.sleep(0.5)
        bench.station.card(reader, None)
        bench.plug(True)

    # hands

    async def _pull(self, part: Part) -> None:
        await self._contact(part, "andon.called", part.name, _lit_or_sounding(part.bench))

    async def _contact(self, part: Part, type: str, what: str, answers: Callable[[Message], bool]) -> None:
        self._stimulus(part.bench, Key(part.bench.config["station"], type, what), answers, part.category)
        await part.bench.press(part.name)

    async def _tap(self, uid: str) -> None:
        bench, reader, _ = self._reader
        self._stimulus(bench, Key(bench.config["station"], "kanban.tapped", uid), _answered(bench, reader))
        bench.station.card(reader, uid)
        await asyncio.sleep(TAP_S)
        bench.station.card(reader, None)

    def _stimulus(
        self, bench: StationBench, key: Key, answers: Callable[[Message], bool], category: str = ""
    ) -> None:
        stimulus = Stimulus(key, time.monotonic(), bench.plugged, category)
        self.stimuli.append(stimulus)
        bench.station.on_output(Watch(stimulus, answers))

    # people

    async def _see_through(self, part: Part) -> None:
        await self._resolve(part)
        await self._command(part, "restart", "andon.restarted", "", None)
        self._see_permit(part, True)

    def _see_permit(self, part: Part, on: bool) -> None:
        """The relay's pin, when there is one: off while the line stands, on after its restart."""
        if part.bench.picture().permit is (not on):
            self.failures.append(f"{part.bench.config['station']}: its permit is {'off' if on else 'on'}")

    async def _resolve(self, part: Part) -> None:
        for do, type in (("acknowledge", "acknowledged"), ("arrive", "arrived"), ("resolve", "resolved")):
            call = await self._open_call(part)
            if call is not None:
                await self._command(part, do, "andon." + type, part.category, call)

    async def _command(self, part: Part, do: str, type: str, what: str, call: str | None) -> None:
        path = part.bench.config["station"]
        stimulus = Stimulus(Key(path, type, what), time.monotonic(), part.bench.plugged)
        answer = await self._service.command(path, do, call, by="scenario", reason="checked")
        if answer["result"] == "done":
            stimulus.confirmed_at = time.monotonic()
            self.stimuli.append(stimulus)
        else:
            self.failures.append(f"{path}: {do}: {answer['result']}: {answer['why']}")

    async def _open_call(self, part: Part) -> str | None:
        """The id of the part's open call, once the board has it from a station that is heard."""
        path, end = part.bench.config["station"], time.monotonic() + BOARD_S
        while time.monotonic() < end:
            view = self._service.board.station(path) or {}
            for call in view.get("calls", []):
                if view["online"] and call["category"] == part.category and call["id"]:
                    return str(call["id"])
            await asyncio.sleep(0.02)
        self.failures.append(f"{path}: its {part.category} call was not on the board within {BOARD_S:g} s")
        return None


def _caller(stations: dict[str, StationBench], stop: str, taken: tuple[Part, ...]) -> Part:
    """A station, not taken by another part, with an input whose call has that stop policy."""
    for bench in stations.values():
        policies = {item["name"]: item["stop"] for item in bench.config["andon"]["categories"]}
        for item in bench.config["inputs"]:
            free = all(part.bench is not bench for part in taken)
            if free and item["does"] == "call" and policies[item["category"]] == stop:
                return Part(bench, item["name"], item["category"])
    raise NothingToPlay(f"The scenario needs a station of its own with an input that calls, stop: {stop}.")


def _reader(stations: dict[str, StationBench], role: str) -> Part:
    for bench in stations.values():
        for item in bench.config["readers"]:
            if item["role"] == role and bench.about().cards:
                return Part(bench, item["name"])
    raise NothingToPlay(f"The scenario needs a station with cards and a reader with the role {role}.")


def _lit_or_sounding(bench: StationBench) -> Callable[[Message], bool]:
    """A light that means a call comes on, or the buzzer sounds."""
    light = bench.config["light"]
    wanted = ("red", "blue") if light["kind"] == "rgb" else ("yellow", "blue", "red")
    pins = {light["pins"][name] for name in wanted if name in light["pins"]}
    level = 1 if light["active"] == "high" else 0
    buzzer = (bench.config.get("buzzer") or {}).get("pin")

    def answers(message: Message) -> bool:
        if message.get("pwm") == buzzer and buzzer is not None:
            return bool(message["duty"])
        return message.get("pin") in pins and message["level"] == level

    return answers


def _permit(bench: StationBench) -> Callable[[Message], bool]:
    relay = bench.config["permit"]
    return lambda message: message.get("pin") == relay["pin"] and bench.picture().permit is True


def _answered(bench: StationBench, reader: str) -> Callable[[Message], bool]:
    pins = next(item.get("pins", {}) for item in bench.config["readers"] if item["name"] == reader)

    def answers(message: Message) -> bool:
        return message.get("pin") == pins.get("ok") and message.get("level") == 1

    return answers
