"""What is decided about the plant file, about who may use the service, and what stations are told to do."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from pullcord.line.pull_events import Data, Text, Word


class PlantDeclared(Data):
    """A version of the plant file was put in force: what of it the fold needs (`plant.declare`).

    `file`: hash of its text (`plant.filed`). `undoes`: the position of the version that it takes back.
    """

    hash: Word
    plant: dict[str, Any]
    file: Word | None = None
    undoes: int | None = None


class PlantFiled(Data):
    """The text of a plant file, kept once for each `hash` (SHA-256), so that it can be put in force again."""

    hash: Word
    name: Text
    text: Annotated[str, StringConstraints(max_length=8_000_000)]


class TokenAdded(Data):
    """`digest`: SHA-256 of the token, in hex."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
    role: Literal["viewer", "operator", "planner", "admin"]
    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class TokenRevoked(Data):
    name: Word


class CommandSent(Data):
    """Somebody had a station do something; `result` is its answer, or what there was instead."""

    station: Text
    do: Word
    call: Text = ""
    reason: Text = ""
    result: Word


class LogRestored(Data):
    """A backup took the place of the log: it ended at `position`, that of before at `replaced`."""

    position: int
    replaced: int
    epoch: int


class LogThinned(Data):
    """The wording of events received before that moment was dropped; all that they said is kept."""

    before: int
    events: int
    quarantined: int


KINDS: dict[str, type[Data]] = {
    "plant.declared": PlantDeclared,
    "plant.filed": PlantFiled,
    "token.added": TokenAdded,
    "token.revoked": TokenRevoked,
    "command.sent": CommandSent,
    "log.restored": LogRestored,
    "log.thinned": LogThinned,
}
