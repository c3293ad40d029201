"""Signing in with a token, for browsers: it is kept in a cookie that no script can read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field

from pullcord.line.tokens import Tokens
from pullcord.web.callers import Viewer
from pullcord.web.guard import COOKIE

DAYS = 90


class Shown(BaseModel):
    """A token, as `pullcord token add` printed it."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200)


def session_routes(templates: Jinja2Templates, tokens: Tokens | None) -> APIRouter:
    """The page /sign-in, and /api/session."""
    routes = APIRouter(tags=["service"])

    @routes.get("/sign-in", response_class=HTMLResponse, include_in_schema=False)
    async def page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "sign_in.html", {"here": "sign-in"})

    @routes.get("/api/session")
    async def session(who: Viewer) -> dict[str, Any]:
        """Who asks, and in which role."""
        return {"name": who.name, "role": who.role, "needs_token": tokens is not None}

    @routes.post("/api/session")
    def sign_in(shown: Shown, request: Request, response: Response, _who: Viewer) -> dict[str, Any]:
        """Keep a token in a cookie of this browser. 401 when it is nobody's."""
        holder = tokens.holder(shown.token) if tokens else None
        if holder is None:
            raise HTTPException(401, "nobody has this token, or it was revoked; ask whoever runs the line service")
        is_secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, shown.token, DAYS * 86_400, httponly=True, samesite="strict", secure=is_secure
        )
        return {"name": holder.name, "role": holder.role}

    @routes.delete("/api/session")
    async def sign_out(response: Response, _who: Viewer) -> dict[str, Any]:
        """Forget the token in this browser."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return {}

    return routes
