"""The page behind the link of a message: what it is about, and one button."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from pullcord.line.links import Links, Look

# A plain form works on any phone; it may only go back to where it came from, and no other site hears of the address.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def link_routes(links: Links, templates: Jinja2Templates) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    def page(request: Request, look: Look) -> HTMLResponse:
        return templates.TemplateResponse(request, "link.html", {"look": look}, headers=HEADERS)

    @routes.get("/a/{token}", response_class=HTMLResponse)
    async def show(token: str, request: Request) -> HTMLResponse:
        return page(request, await links.look(token))

    @routes.post("/a/{token}", response_class=HTMLResponse)
    async def take(token: str, request: Request) -> HTMLResponse:
        return page(request, await links.take(token))

    return routes
