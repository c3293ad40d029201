"""The web server of the pages: for this machine only; told to stop, it ends the streams of the open pages.

server = make_server(make_app(service), port=8080)
await server.serve()        # until server.should_exit, or a signal
"""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from pullcord.web.guard import is_loopback

STOP_S = 2
"""Seconds for which requests under way may still finish after the server was told to stop."""


class Server(uvicorn.Server):
    """Uvicorn waits for connections before it stops, and a page's stream lasts as long as the page."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye to the open streams, then stop."""
        self.config.app.state.closing.set()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def make_server(app: FastAPI, port: int, host: str = "127.0.0.1") -> Server:
    """A server for `make_app`'s application; port 0: any free one. ValueError for a host others can reach."""
    if not is_loopback(host):
        raise ValueError(
            f"{host}: the pages have no sign-in yet, so they listen on this machine only; use 127.0.0.1, "
            "and a tunnel (ssh -L) to look at them from elsewhere"
        )
    return Server(uvicorn.Config(app, host, port, log_level="warning", timeout_graceful_shutdown=STOP_S))
