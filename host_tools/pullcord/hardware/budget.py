"""Whether the supplies of a station bear it with everything on at once: each rail, what it feeds, what is left."""

import math
from collections import Counter
from dataclasses import dataclass

from .bill import devices
from .parts import Item
from .sheets import Plan

RAILS = ("3V3", "5V", "24V", "48V")  # each is fed by one further on
MOST_PERCENT = 80  # of what a supply gives, and of what a fuse carries


@dataclass(frozen=True)
class Line:
    """One kind of part at a rail. `each_ma` is rounded up."""

    what: str
    count: int
    each_ma: int

    @property
    def total_ma(self) -> int:
        return self.count * self.each_ma


@dataclass(frozen=True)
class Rail:
    """`gives_ma`: what feeds it gives at most; for 24V no more than the fuse carries."""

    name: str
    lines: tuple[Line, ...]
    gives_ma: int

    @property
    def total_ma(self) -> int:
        return sum(line.total_ma for line in self.lines)

    @property
    def percent(self) -> int:
        return math.ceil(100 * self.total_ma / self.gives_ma)


def budget(plan: Plan) -> list[Rail]:
    """The rails that something hangs on; a converter is a load of the rail before it."""
    parts = Counter(device.part for device in devices(plan).values())
    rails: list[Rail] = []
    for name in RAILS:
        lines = [Line(plan.items[part].what, count, plan.items[part].draws[name])
                 for part, count in parts.items() if name in plan.items[part].draws]  # fmt: skip
        lines += [_conversion(plan.items[part], name, rails) for part in parts if plan.items[part].source_rail == name]
        gives = sum(plan.items[part].gives.get(name, 0) * count for part, count in parts.items())
        if name == "24V":
            gives = min(gives, plan.items[plan.parts.fuse].carries)
        lines = [line for line in lines if line.total_ma]
        if lines:
            rails.append(Rail(name, tuple(lines), gives))
    return rails


def _conversion(item: Item, name: str, rails: list[Rail]) -> Line:
    """What a converter takes from its rail for the rails behind it."""
    watts = sum(rail.total_ma * _volts(rail.name) for rail in rails if rail.name in item.gives) / 1000
    behind = " and ".join(rail.name for rail in rails if rail.name in item.gives)
    return Line(f"{item.what} for {behind}", 1, math.ceil(1000 * watts / item.efficiency / _volts(name)))


def _volts(rail: str) -> float:
    return float(rail.replace("V", ".") if rail == "3V3" else rail.removesuffix("V"))
