"""What the bodies and queries of several routes share. Every text and number has a bound."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pullcord.web.deciding import SignedBy

LATEST_MS = 4_102_444_800_000  # 2100
MOST = 1_000_000_000
Text = Annotated[str, Field(max_length=200)]
Word = Annotated[str, Field(min_length=1, max_length=80)]
Pieces = Annotated[int, Field(ge=1, le=MOST)]
Uid = Annotated[str, Field(pattern=r"^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$", description="lower-case hex")]


class Body(BaseModel):
    """Of a decision. `by`: who takes it."""

    model_config = ConfigDict(extra="forbid")

    by: SignedBy = ""


class Reason(Body):
    reason: Text = ""
