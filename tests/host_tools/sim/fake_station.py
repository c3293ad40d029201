"""A station without a process: what is done to it is noted, and its outputs are what the test says."""

from typing import Any

from pullcord.sim.bench import StationBench
from pullcord.sim.process import StationFailed
from pullcord.sim.runtime import cpython
from pullcord.web.bench import BenchCard

PATH = "acme/assembly/line-1/st-04"

CONFIG: dict[str, Any] = {
    "station": PATH,
    "light": {"kind": "tower", "active": "low", "pins": {"red": 10, "yellow": 11, "green": 12}},
    "buzzer": {"kind": "pwm", "pin": 15},
    "permit": {"pin": 16, "active": "high", "resume": False},
    "inputs": [
        {"name": "cord-1", "pin": 2, "active": "low", "does": "call", "category": "quality"},
        {"name": "restart", "pin": 3, "active": "high", "does": "restart"},
    ],
    "readers": [{"name": "reader-1", "kind": "stand_in", "role": "signal", "pins": {"ok": 20, "bad": 21}}],
    "andon": {"categories": [{"name": "quality", "stop": "fixed_position"}]},
}


class FakeStation:
    def __init__(self) -> None:
        self.runtime = cpython()
        self.state = "running"
        self.pins: dict[int, int] = {10: 1, 11: 1, 12: 1}
        self.pixels: dict[int, list[Any]] = {}
        self.pwm: dict[int, tuple[int, int]] = {}
        self.done: list[tuple[Any, ...]] = []
        self.observers: list[Any] = []
        self.broken = False

    async def bounce(self, pin: int, level: int) -> None:
        self.done.append(("bounce", pin, level))

    def say(self, message: dict[str, Any]) -> None:
        self.done.append(("say", message))

    def card(self, reader: str, uid: str | None) -> None:
        self.done.append(("card", reader, uid))

    def network(self, up: bool) -> None:
        self.done.append(("network", up))

    async def cut_power(self) -> None:
        self.state = "off"

    async def restore_power(self) -> None:
        if self.broken:
            raise StationFailed("it said nothing")
        self.state = "running"

    def on_output(self, observer: Any) -> Any:
        self.observers.append(observer)
        return lambda: self.observers.remove(observer)

    def set(self, pin: int, level: int) -> None:
        self.pins[pin] = level
        for observer in list(self.observers):
            observer(0.0, {"pin": pin, "level": level})

    def log_tail(self) -> str:
        return "(its log)"


def fake_bench(**changes: Any) -> StationBench:
    cards = [BenchCard("04a1b2c3", "bolts")]
    return StationBench(FakeStation(), {**CONFIG, **changes}, cards)  # type: ignore[arg-type]
