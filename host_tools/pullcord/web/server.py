"""The web server of the pages; told to stop, it ends the streams of the open pages.

async with serving(make_app(service), take_port(8080)) as url: ...
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator
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


class ServerFailed(Exception):
    """It ended before it served a page."""


def make_server(app: FastAPI, port: int, host: str = "127.0.0.1") -> Server:
    """A server for `make_app`'s application; port 0: any free one. The program around it decides about signals.

    ValueError for a host that others can reach, where nobody needs a token.
    """
    if not is_loopback(host) and not app.state.needs_tokens:
        raise ValueError(f"{host}: without tokens the pages are for this computer only: 127.0.0.1, or `pullcord serve`")
    return Server(uvicorn.Config(app, host, port, log_level="warning", timeout_graceful_shutdown=STOP_S))


@contextlib.asynccontextmanager
async def serving(app: FastAPI, listening: socket.socket) -> AsyncIterator[str]:
    """Serve on a socket of `take_port` until the block ends; yields the address. Raises ServerFailed, ValueError."""
    host, port = listening.getsockname()[:2]
    server = make_server(app, port, host)
    task = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise ServerFailed("the web server ended before it served a page")
            await asyncio.sleep(0.02)
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    finally:
        server.should_exit = True
        await task


def take_port(port: int, host: str = "127.0.0.1") -> socket.socket:
    """The socket to serve on, before anything else is started.

    `port` 0 takes a free one. PortTaken when another program listens there; OSError when it may not be taken, or `host`
    is no address of this computer.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"the pages cannot be served on port {port}: another program is there, perhaps another line. "
            "`--port 8081` takes that one instead, `--port 0` a free one."
        ) from error
