"""What people and the plant itself may write into the log: the kinds of plant events and their data."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from station.core.schema import nearest

Text = Annotated[str, StringConstraints(max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EventsPlaced(_Data):
    """The events of a boot without a clock got their place in time: `began` is when its uptime was 0."""

    journal: Word
    boot: int
    began: int
    error_ms: int | None


class CauseEntered(_Data):
    """The true cause of a call, found later and better than the reason given at the station."""

    call: Word
    cause: Word
    note: Text = ""


class ScrapCounted(_Data):
    """Items of a station that were not good."""

    station: Word
    count: int = Field(ge=0)
    reason: Text


class PlantDeclared(_Data):
    """A version of the plant file was put in force: what of it the fold needs (`plant.declare`)."""

    hash: Word
    plant: dict[str, Any]


class SignalGiven(_Data):
    """A pull from outside, such as a point of sale. `reference`: what they call it."""

    loop: Word
    reference: Text = ""


class SignalStarted(_Data):
    signal: Word


class CardDecision(_Data):
    """A container is held or let go; a card is lost or taken out."""

    card: Word
    reason: Text = ""


class CardOverdue(_Data):
    """A timer fired: the card did not move since `moved_at`."""

    card: Word
    moved_at: int


KINDS: dict[str, type[_Data]] = {
    "events.placed": EventsPlaced,
    "cause.entered": CauseEntered,
    "scrap.counted": ScrapCounted,
    "plant.declared": PlantDeclared,
    "signal.given": SignalGiven,
    "signal.started": SignalStarted,
    "container.held": CardDecision,
    "container.released": CardDecision,
    "card.lost": CardDecision,
    "card.retired": CardDecision,
    "card.overdue": CardOverdue,
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
