"""The bench: virtual stations to pull, press, tap and unplug with the mouse.

The pages need only what `Bench` names; the simulator supplies it. Everything it reports is seen from outside
the station (levels of its pins), never what the station says about itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field


class BenchError(Exception):
    """What was asked cannot be done now (no power, say); the text is for the person at the bench."""


@dataclass(frozen=True)
class BenchInput:
    """An input of the config: its name, what it does, the category of a `call`. `loop`: its wire is watched."""

    name: str
    does: str
    category: str = ""
    loop: bool = False


@dataclass(frozen=True)
class BenchReader:
    """A card reader: its name, its role (signal, ship, receive, badge) and its answer lights."""

    name: str
    role: str


@dataclass(frozen=True)
class BenchCard:
    """A card on the bench: uid in lower-case hex, and what stands on it for people."""

    uid: str
    label: str


@dataclass(frozen=True)
class BenchStation:
    """What a virtual station has. `path` is site/area/line/station; `runtime` what really runs it.

    `board`: what it poses as; `wiring`: (pin as printed on that board, what is wired to it).
    """

    path: str
    runtime: str
    light: Literal["tower", "rgb"]
    lights: tuple[str, ...]
    inputs: tuple[BenchInput, ...] = ()
    readers: tuple[BenchReader, ...] = ()
    cards: tuple[BenchCard, ...] = ()
    buzzer: bool = False
    permit: bool = False
    board: str = ""
    wiring: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Picture:
    """What is true at the station's pins and plugs now.

    `lights` is lit or not by light; `tone_hz` 0 is silence; `permit` None without a relay; `pulled` names the
    inputs that are held; `wires` says which loop is `open` (cut) or `short`; `held` the card
    uid at each reader; `answers` the lit answer lights by reader.
    """

    power: bool
    network: bool
    lights: dict[str, bool] = field(default_factory=dict)
    tone_hz: int = 0
    permit: bool | None = None
    pulled: tuple[str, ...] = ()
    wires: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return asdict(self)


class Bench(Protocol):
    """Virtual stations by path. Methods raise KeyError for an unknown name, BenchError when it cannot be."""

    def stations(self) -> Sequence[BenchStation]:
        """All of them, in the order of the plant file."""

    async def pull(self, station: str, input: str) -> None:
        """Make the contact, with bounce, and keep it until `release`."""

    async def release(self, station: str, input: str) -> None:
        """Open the contact again, with bounce."""

    async def press(self, station: str, input: str) -> None:
        """Pull and release after the time that a hand takes."""

    async def wire(self, station: str, input: str, fault: str) -> None:
        """Cut (`open`) or squeeze (`short`) the wire of a supervised loop; "" mends it."""

    async def hold(self, station: str, reader: str, uid: str) -> None:
        """Lay a card on the reader and leave it there."""

    async def take_away(self, station: str, reader: str) -> None:
        """Take the card off the reader."""

    async def tap(self, station: str, reader: str, uid: str) -> None:
        """Hold a card for as long as a tap takes."""

    async def network(self, station: str, up: bool) -> None:
        """Put the network plug in, or pull it."""

    async def power(self, station: str, on: bool) -> None:
        """Restore the power, or cut it at once."""

    def observe(self, station: str) -> AsyncIterator[Picture]:
        """The picture now, then one at each change, until the reader of it closes the iterator."""


class BenchAction(BaseModel):
    """One thing done at the bench."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["pull", "release", "press", "wire", "hold", "take_away", "tap", "network", "power"]
    name: str = Field("", max_length=64, description="the input or the reader")
    uid: str = Field("", max_length=20, pattern="^([0-9a-f]{2})*$", description="the card, for hold and tap")
    fault: Literal["", "open", "short"] = Field("", description="for wire; empty mends it")
    on: bool = Field(True, description="for network and power")


async def act(bench: Bench, station: str, action: BenchAction) -> None:
    """Do it. KeyError names what the bench does not have; BenchError says why it cannot be done now."""
    match action.do:
        case "pull":
            await bench.pull(station, action.name)
        case "release":
            await bench.release(station, action.name)
        case "press":
            await bench.press(station, action.name)
        case "wire":
            await bench.wire(station, action.name, action.fault)
        case "hold":
            await bench.hold(station, action.name, action.uid)
        case "take_away":
            await bench.take_away(station, action.name)
        case "tap":
            await bench.tap(station, action.name, action.uid)
        case "network":
            await bench.network(station, action.on)
        case "power":
            await bench.power(station, action.on)
