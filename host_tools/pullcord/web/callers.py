"""Who asks, and what they may: each route of the API names the role that it needs.

    @routes.post("/calls/{call}/cause", status_code=201)
    async def cause(call: str, cause: Cause, who: Operator) -> Recorded: ...
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from pullcord.line.tokens import ROLES

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description=f"`Authorization: Bearer TOKEN`, made by `pullcord token add`. Roles, each with what those before it "
    f"may: {', '.join(ROLES)}.",
)


@dataclass(frozen=True)
class Caller:
    """Of a request. `name` is that of the token; "" is somebody at this computer who needs none."""

    name: str
    role: str

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)

    def signed(self, by: str) -> str:
        """Who decided, for the log: the person who is named, and by whose token."""
        if not self.name:
            return by or "somebody at this computer"
        return self.name if by in ("", self.name) else f"{by} ({self.name})"


def caller(
    scopes: SecurityScopes,
    request: Request,
    _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
) -> Caller:
    """The caller, whom the guard found; 403 when the role does not do."""
    who: Caller = request.state.caller
    for role in scopes.scopes:
        if not who.may(role):
            raise HTTPException(403, f"{who.name} is a {who.role}; this needs the role {role}")
    return who


Viewer = Annotated[Caller, Security(caller, scopes=["viewer"])]
Operator = Annotated[Caller, Security(caller, scopes=["operator"])]
Planner = Annotated[Caller, Security(caller, scopes=["planner"])]
Admin = Annotated[Caller, Security(caller, scopes=["admin"])]
