"""A whole line for the tests: the example plant's stations, a broker, the line service, pages; and eyes."""

import asyncio
import copy
import dataclasses
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pullcord.plant import boards as board_profiles
from pullcord.plant.version import read_version
from pullcord.sim import demo
from pullcord.sim.bench import StationBench
from pullcord.sim.plans import plans as plans_of
from pullcord.sim.report import recorded
from pullcord.sim.runtime import Runtime
from pullcord.sim.scenario import with_short_mark
from pullcord.sim.virtual_line import StationPlan

PLANT = Path(__file__).parents[2] / "docs/examples/plant.yaml"
KEEPALIVE_S = 5
DEADLINE_S = 25.0

Edges = list[tuple[float, int]]


@asynccontextmanager
async def example_line(directory: Path, runtime: Runtime, broker: str = "") -> AsyncIterator["ALine"]:
    """It runs, and its shift has begun. A mark comes after 4 s, and the broker soon misses who is cut off."""
    boards = board_profiles.load()
    version = read_version(PLANT, boards)
    plans = [_impatient(with_short_mark(plan)) for plan in plans_of(version, boards)]
    async with demo.running(plans, directory, runtime, 0, lambda _said: None, broker, plant=version) as running:
        await demo.begin_shift(running)
        yield ALine(running)


def _impatient(plan: StationPlan) -> StationPlan:
    config = copy.deepcopy(plan.config)
    config["link"]["keepalive_s"] = KEEPALIVE_S
    return dataclasses.replace(plan, config=config)


class ALine:
    """A running line; stations go by their short names."""

    def __init__(self, running: demo.Demo) -> None:
        self.demo = running
        self.url = running.url
        self._begun = 0
        self._paths = {path.rsplit("/", 1)[-1]: path for path in running.line.stations}

    def path(self, name: str) -> str:
        return self._paths[name]

    def bench(self, name: str) -> StationBench:
        return self.demo.line.stations[self._paths[name]]

    def bench_url(self, name: str) -> str:
        return f"{self.url}bench/{self._paths[name]}"

    def state(self, name: str) -> dict[str, Any]:
        """What the station last said; empty while it is not in touch."""
        return self.demo.state(self._paths[name]) or {}

    def begin(self) -> None:
        """What is recorded so far is of no more interest."""
        self._begun = len(recorded(self.demo.database))

    def rows(self, name: str, type: str) -> list[dict[str, Any]]:
        """The station's events of one type (short) since `begin`, oldest first, from the database file."""
        source, long = "/" + self._paths[name], f"pullcord.{type}.v1"
        events = recorded(self.demo.database)[self._begun :]
        return [event for event in events if event["source"] == source and event["type"] == long]

    async def row(self, name: str, type: str, count: int) -> dict[str, Any]:
        """The station's `count`-th row of a type since `begin`, once it is there."""
        await self.until(lambda: len(self.rows(name, type)) >= count, f"{count} rows of {type} at {name}")
        return self.rows(name, type)[count - 1]

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"did not come about in {DEADLINE_S:g} s: {what}") from None

    async def calm(self, name: str) -> None:
        """Resolve what is open at a station and let its line run again.

        What it says of itself comes after its answer: whether it waits is read once it says that no call is open.
        """
        for call in self.state(name).get("calls", []):
            await self.demo.service.command(self.path(name), "resolve", call["id"], by="test", reason="other")
        await self.until(lambda: self.state(name).get("calls") == [], f"no call is open at {name}")
        if self.path(name) in self.demo.waiting():
            await self.demo.service.command(self.path(name), "restart", by="test")
        await self.until(lambda: self.state(name).get("line", {}).get("state") == "running", f"{name} runs")

    async def edges(self, name: str, light: str, wanted: Callable[[Edges], bool], what: str) -> None:
        """Watch one light at its pin until its changes so far are as wanted."""
        bench = self.bench(name)
        pin, seen = bench.config["light"]["pins"][light], Edges()

        def look(at: float, message: dict[str, Any]) -> None:
            if message.get("pin") == pin and "level" in message:
                seen.append((at, message["level"]))

        forget = bench.station.on_output(look)
        try:
            await self.until(lambda: wanted(seen), f"{light} {what} at {name}'s pin")
        except AssertionError as vain:
            begun = seen[0][0] if seen else 0
            vain.add_note("its changes: " + ", ".join(f"{at - begun:.3f} {level}" for at, level in seen))
            vain.add_note(f"its station's log: {bench.station.log_tail()}")
            raise
        finally:
            forget()

    async def flashes(self, name: str, light: str, shortest_s: float, longest_s: float) -> None:
        """Wait until the light has come on twice with such a time between."""

        def wanted(seen: Edges) -> bool:
            ons = [at for at, level in seen if level]
            return len(ons) > 1 and shortest_s <= ons[-1] - ons[-2] <= longest_s

        await self.edges(name, light, wanted, f"comes on every {shortest_s:g} to {longest_s:g} s")

    async def in_time(self, name: str, light: str, period_s: float, within_s: float) -> None:
        """Wait until the light comes on at a whole `period_s` of this computer's clock, or so much beside it.

        A heartbeat that a busy machine delays puts a station's clock wrong, until the next one.
        """
        wall = time.time() - time.monotonic()

        def wanted(seen: Edges) -> bool:
            ons = [at + wall for at, level in seen if level]
            return bool(ons) and (ons[-1] + within_s) % period_s <= 2 * within_s

        await self.edges(name, light, wanted, f"comes on at each {period_s:g} s of the clock")

    async def winks(self, name: str, light: str) -> None:
        """Wait until the light was dark for half a second, lit for longer, and dark for half a second again."""

        def wanted(seen: Edges) -> bool:
            if len(seen) < 4 or not seen[-1][1]:
                return False
            off, on, off_again, on_again = (at for at, _ in seen[-4:])
            return on - off < 1 and off_again - on > 2 and on_again - off_again < 1

        await self.edges(name, light, wanted, "winks")

    async def steady(self, name: str, light: str) -> None:
        """Wait until the light has been on for longer than any rhythm leaves it."""
        pin, since = self.bench(name).config["light"]["pins"][light], [time.monotonic()]

        def steady() -> bool:
            if not self.bench(name).station.pins.get(pin):
                since[0] = time.monotonic()
            return time.monotonic() - since[0] > 1.5

        await self.until(steady, f"{light} is steady at {name}'s pin")
