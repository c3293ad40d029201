"""The web server of the pages: for this machine only; told to stop, it ends the streams of the open pages.

server = make_server(make_app(service), port=8080)
await server.serve()        # until server.should_exit; the program around it decides about signals
"""

from __future__ import annotations

import errno
import socket
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from fastapi import FastAPI

from pullcord.web.guard import is_loopback

STOP_S = 2
"""Seconds for which requests under way may still finish after the server was told to stop."""


class PortTaken(Exception):
    """Another program has the port; the text says what to do."""


class Server(uvicorn.Server):
    """Uvicorn waits for connections before it stops, and a page's stream lasts as long as the page."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None: a Ctrl-C is for the whole program, of which the pages are a part."""
        return nullcontext()

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


def take_port(port: int) -> socket.socket:
    """The loopback socket to serve on (`server.serve([socket])`), before anything else is started.

    `port` 0 takes a free one. PortTaken when another program listens there; OSError when it may not be taken.
    """
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"the pages cannot be served on port {port}: another program is there, perhaps another line. "
            "`--port 8081` takes that one instead, `--port 0` a free one."
        ) from error
