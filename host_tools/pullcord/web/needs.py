"""What the pages need of the line service, and nothing more: its tests can be played by a small stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from pullcord.line.links import Links
from pullcord.line.log import Appended, PlantEvent
from pullcord.line.place import Place
from pullcord.line.plant_in_force import InForce
from pullcord.line.rollout import Progress

ANSWER_S = 5.0
"""How long a person at the page waits for a station's answer."""


class Board(Protocol):
    """See `pullcord.line.board.BoardState`."""

    def snapshot(self) -> dict[str, Any]: ...

    def station(self, path: str) -> dict[str, Any] | None: ...


class Database(Protocol):
    """Where the records are."""

    @property
    def place(self) -> Place: ...


class InPlant(Protocol):
    """See `pullcord.line.plant_in_force.PlantInForce`."""

    @property
    def current(self) -> InForce | None: ...

    @property
    def trouble(self) -> str: ...


class Service(Protocol):
    """What the pages need of `pullcord.line.service.LineService`. `store` is used only without `records`."""

    @property
    def store(self) -> Database: ...

    @property
    def board(self) -> Board: ...

    @property
    def status(self) -> Mapping[str, Any]: ...

    @property
    def in_force(self) -> InPlant: ...

    def rollout(self) -> list[Progress]: ...

    async def declare(
        self,
        declared: dict[str, Any],
        by: str,
        filed: dict[str, Any] | None = None,
        based_on: int | None = None,
    ) -> int | None: ...

    @property
    def links(self) -> Links | None: ...

    async def append(self, event: PlantEvent) -> Appended: ...

    def subscribe(self, last_id: str | None = None) -> AsyncIterator[dict[str, Any]]: ...

    async def command(
        self,
        path: str,
        do: str,
        call: str | None = None,
        by: str = "",
        reason: str = "",
        answer_s: float = ANSWER_S,
    ) -> dict[str, Any]: ...


class Reader(Protocol):
    """See `pullcord.web.records.Records`."""

    def quarantined(self, limit: int = 200) -> list[dict[str, Any]]: ...

    def events(self, path: str, limit: int = 20) -> list[dict[str, Any]]: ...
