"""What people and the plant itself may write into the log: the kinds of plant events and their data."""

from typing import Any

from pydantic import Field, ValidationError

from pullcord.line import pull_events
from pullcord.line.pull_events import Data, Text, Word
from station.core.schema import nearest


class EventsPlaced(Data):
    """The events of a boot without a clock got their place in time: `began` is when its uptime was 0."""

    journal: Word
    boot: int
    began: int
    error_ms: int | None


class CauseEntered(Data):
    """The true cause of a call, found later and better than the reason given at the station."""

    call: Word
    cause: Word
    note: Text = ""


class ScrapCounted(Data):
    """Items of a station that were not good."""

    station: Word
    count: int = Field(ge=0)
    reason: Text


class PlantDeclared(Data):
    """A version of the plant file was put in force: what of it the fold needs (`plant.declare`)."""

    hash: Word
    plant: dict[str, Any]


KINDS: dict[str, type[Data]] = {
    "events.placed": EventsPlaced,
    "cause.entered": CauseEntered,
    "scrap.counted": ScrapCounted,
    "plant.declared": PlantDeclared,
    **pull_events.KINDS,
}


def check(kind: str, data: Any) -> dict[str, Any]:
    """The data with its defaults. ValueError says what is wrong, where, and what would be right."""
    model = KINDS.get(kind)
    if model is None:
        close = nearest(kind, sorted(KINDS))
        raise ValueError(
            f"{kind}: no such plant event: " + (f"did you mean {close}?" if close else ", ".join(sorted(KINDS)))
        )
    try:
        return model.model_validate(data).model_dump()
    except ValidationError as error:
        found = error.errors()[0]
        where = ".".join(str(part) for part in found["loc"])
        raise ValueError(f"{kind}: {where or 'data'}: {found['msg']}") from error
