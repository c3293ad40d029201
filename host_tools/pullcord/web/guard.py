"""Who may talk to the pages while there is no sign-in: this machine, from its own pages, and nobody else.

Listening on loopback is not enough. A page from elsewhere that is open in the same browser can send requests
to 127.0.0.1 (cross-site request forgery), and with a name that resolves to 127.0.0.1 it can even read the
answers (DNS rebinding). So the Host header must name loopback, a request that changes something must come
from our own origin, and it must be JSON, which a plain HTML form cannot send.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def is_loopback(host: str | None) -> bool:
    """True for a Host header (with or without a port) or an address that can only be this machine."""
    try:
        name = urlsplit(f"//{host or ''}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def refusal(scope: Scope) -> tuple[int, str] | None:
    """The status and the reason for which a request is refused, or None when it may pass."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not is_loopback(host):
        return 421, f"These pages answer to localhost only until there is a sign-in, not to {host!r}."
    if scope["method"] in READING:
        return None
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return (
            403,
            f"A page of {origin!r} may not send commands here. Use the board at http://{host}/ itself.",
        )
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return (
            403,
            f"A page from another site may not send commands here. Use the board at http://{host}/ itself.",
        )
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return 415, "Send JSON with the header 'Content-Type: application/json'."
    return None


class Guard:
    """ASGI middleware: refuses what `refusal` names and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = refusal(scope)
        if refused is None:
            await self.app(scope, receive, send_with_headers)
            return
        status, why = refused
        await JSONResponse({"detail": why}, status)(scope, receive, send_with_headers)
