"""The two ways to the plant file in force: through the running line service, or straight into its database."""

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pullcord.cli.database import opened
from pullcord.cli.failure import Failure
from pullcord.cli.service_client import ServiceClient
from pullcord.line.log_reader import LogReader
from pullcord.line.plant_change import difference, listed, text_of, undone
from pullcord.line.store import Store
from pullcord.plant import boards as board_profiles
from pullcord.plant.problems import PlantError
from pullcord.plant.version import version


class Door(Protocol):
    """`difference` as `plant_change.difference`; positions are those of the log. Failure when it is not let through."""

    def difference(self, name: str, text: str) -> dict[str, Any]: ...

    def apply(self, name: str, text: str, based_on: int) -> int | None: ...

    def undo(self, based_on: int) -> int | None: ...

    def versions(self) -> list[dict[str, Any]]: ...

    def text(self, position: int | None) -> str: ...

    def rollout(self) -> dict[str, Any] | None:
        """How far the stations are (`/api/plant/stations`); None: nobody here knows."""


class ByService:
    """Whoever asks is known by the token."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._by = getpass.getuser()

    def difference(self, name: str, text: str) -> dict[str, Any]:
        return dict(self._client.post("/plant/check", {"name": name, "text": text}))

    def apply(self, name: str, text: str, based_on: int) -> int | None:
        body = {"name": name, "text": text, "based_on": based_on, "by": self._by}
        return _position(self._client.post("/plant", body))

    def undo(self, based_on: int) -> int | None:
        return _position(self._client.post("/plant/undo", {"based_on": based_on, "by": self._by}))

    def versions(self) -> list[dict[str, Any]]:
        return list(self._client.get("/plant/versions"))

    def text(self, position: int | None) -> str:
        return self._client.text("/plant/file", position=position)

    def rollout(self) -> dict[str, Any] | None:
        return dict(self._client.get("/plant/stations"))


class ByDatabase:
    """A line service that runs over it sees what was written within a second."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = LogReader(store.place)

    def difference(self, name: str, text: str) -> dict[str, Any]:
        return difference(self._log, version(name, text, board_profiles.load()))

    def apply(self, name: str, text: str, based_on: int) -> int | None:
        new = version(name, text, board_profiles.load())
        return self._declare(new.declared, new.filed, based_on)

    def undo(self, based_on: int) -> int | None:
        old, declared = undone(self._log)
        return self._declare(declared, old.filed, based_on)

    def versions(self) -> list[dict[str, Any]]:
        return listed(self._log)

    def text(self, position: int | None) -> str:
        return text_of(self._log, position)

    def rollout(self) -> dict[str, Any] | None:
        return None

    def close(self) -> None:
        self._log.close()

    def _declare(self, declared: dict[str, Any], filed: dict[str, Any], based_on: int) -> int | None:
        now = time.time_ns() // 1_000_000
        return self._store.declare(declared, now, getpass.getuser(), filed, based_on)


@contextmanager
def opened_door(service: str, token_file: Path | None, database: str | None) -> Iterator[Door]:
    """Through the database when one is named. Failure in words."""
    if database is None:
        yield ByService(ServiceClient(service, token_file))
        return
    with opened(database) as store:
        door = ByDatabase(store)
        try:
            yield door
        except PlantError as error:
            raise Failure(*error.lines()) from error
        except ValueError as error:
            raise Failure(f"pullcord plant: {error}") from error
        finally:
            door.close()


def _position(answer: dict[str, Any]) -> int | None:
    return answer["position"]
