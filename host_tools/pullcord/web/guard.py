"""Who may talk to the pages and the API: whoever shows a token, and at the demonstration this machine without one.

A token comes in the header `Authorization: Bearer ...`, or in the cookie that /sign-in sets. At the demonstration there
are none, and somebody at this computer may do all. Listening on loopback is not enough for that: a page from elsewhere
that is open in the same browser can send requests to 127.0.0.1 (cross-site request forgery), and with a name that
resolves to 127.0.0.1 it can even read the answers (DNS rebinding). So then the Host header must name loopback.

A request that changes something must come from our own origin, whoever sends it, and it must be JSON, which a plain
HTML form cannot send.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pullcord.line.tokens import Token
from pullcord.web.callers import Caller
from pullcord.web.limits import bounded, longest

READING = {"GET", "HEAD", "OPTIONS"}
LINK = "/a/"
PUBLIC = ("/static/", "/sign-in", "/healthz", "/api/session", LINK)
"""What tells nobody anything, and what somebody needs to sign in."""
COOKIE = "pullcord_token"
HERE = Caller("", "admin")
NOBODY = Caller("nobody", "viewer")
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

Holder = Callable[[str], Token | None]


class Refusal(NamedTuple):
    status: int
    why: str


def is_loopback(host: str | None) -> bool:
    """True for a Host header (with or without a port) or an address that can only be this machine."""
    try:
        name = urlsplit(f"//{host or ''}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def forged(method: str, path: str, headers: Headers) -> Refusal | None:
    """Why a request may be another page's, or None."""
    if method in READING:
        return None
    host, origin = headers.get("host", ""), headers.get("origin")
    use = f"Use the board at {host} itself."
    if origin is not None and _authority(origin) != host:
        return Refusal(403, f"A page of {origin!r} may not send commands here. {use}")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return Refusal(403, f"A page from another site may not send commands here. {use}")
    if path.startswith(LINK):
        return None  # a form on a phone; its token is the key, and another page does not know it
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return Refusal(415, "Send JSON with the header 'Content-Type: application/json'.")
    return None


def shown_token(headers: Headers) -> str:
    """The token of a request; "" without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


class Guard:
    """ASGI middleware: finds the caller, refuses who may not ask, adds the security headers to every answer.

    `holder` finds whose token it is (it may block); None: there are no tokens, only this computer.
    """

    def __init__(self, app: ASGIApp, holder: Holder | None = None) -> None:
        self.app = app
        self._holder = holder

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

        found = forged(scope["method"], scope["path"], Headers(scope=scope)) or await self._caller(scope)
        if isinstance(found, Refusal):
            await _answer(scope, found)(scope, receive, send_with_headers)
            return
        limit = longest(is_known=found is not NOBODY)
        if not _fits(scope, limit):
            refused = Refusal(413, f"This is longer than {limit} bytes, and nothing that belongs here is.")
            await _answer(scope, refused)(scope, receive, send_with_headers)
            return
        scope.setdefault("state", {}).update(caller=found, still_may=partial(self._still_may, scope, found))
        await self.app(scope, bounded(receive, limit), send_with_headers)

    async def _still_may(self, scope: Scope, who: Caller) -> bool:
        """Whether an answer that goes on and on may go on: a token can be taken back. Trouble takes nothing back."""
        found = await self._caller(scope)
        return found == who or (isinstance(found, Refusal) and found.status == 503)

    async def _caller(self, scope: Scope) -> Caller | Refusal:
        headers = Headers(scope=scope)
        if self._holder is None:
            host = headers.get("host", "")
            if is_loopback(host) and _is_here(scope):
                return HERE
            return Refusal(421, f"This demonstration answers to localhost only, not to {host!r}; `pullcord serve` can.")
        token = shown_token(headers)
        try:
            holder = await run_in_threadpool(self._holder, token) if token else None
        except DBAPIError as error:
            return Refusal(503, f"the line service's database cannot be read: {error.orig}")
        if holder is not None:
            return Caller(holder.name, holder.role)
        if scope["path"].startswith(PUBLIC):
            return NOBODY
        if token:
            return Refusal(401, "nobody has this token, or it was revoked; `pullcord token list` shows those in force")
        return Refusal(401, "show a token: the header 'Authorization: Bearer TOKEN'. `pullcord token add` makes one")


def _is_here(scope: Scope) -> bool:
    client = scope.get("client")
    return client is None or is_loopback(client[0] if ":" not in client[0] else f"[{client[0]}]")


def _fits(scope: Scope, limit: int) -> bool:
    said = Headers(scope=scope).get("content-length", "0")
    return not said.isdecimal() or int(said[:20]) <= limit


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _answer(scope: Scope, refused: Refusal) -> Response:
    accepts = Headers(scope=scope).get("accept", "")
    if refused.status == 401 and scope["method"] == "GET" and "text/html" in accepts:
        return RedirectResponse(f"/sign-in?next={quote(scope['path'])}", 303)
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
    return JSONResponse({"detail": refused.why}, refused.status, headers)
