"""The words of a plant file: what a name, a time of day, a card's uid look like."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
StationPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+/[a-z0-9_-]+/[a-z0-9_-]+$")]
Uid = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$")]
Pin = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,16}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
Day = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Digit = Annotated[str, StringConstraints(pattern=r"^[0-9]$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Money = Annotated[float, Field(ge=0, le=1e12)]
Level = Literal["high", "low"]
Pull = Literal["up", "down", "none"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
