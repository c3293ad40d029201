"""The ways in which a broker cannot be reached."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from pullcord.sim.cable import Cable

FILLERS = 3


@contextlib.asynccontextmanager
async def silent(cable: Cable) -> AsyncIterator[None]:
    """A pulled plug: connections stay, new ones open, and nothing ever answers."""
    cable.unplug()
    try:
        yield
    finally:
        cable.plug()


@contextlib.asynccontextmanager
async def refused(cable: Cable) -> AsyncIterator[None]:
    """A machine without a broker: connections end, new ones are refused at once."""
    await cable.close()
    try:
        yield
    finally:
        await cable.start()


@contextlib.asynccontextmanager
async def swallowed(cable: Cable) -> AsyncIterator[None]:
    """A machine that is off: connections end, opening a new one gets no answer.

    The kernel drops what knocks at a listening socket whose queue is full.
    """
    await cable.close()
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", cable.port))
        listener.listen(0)
        for _ in range(FILLERS):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", cable.port))
        await asyncio.sleep(0.1)
        yield
    await cable.start()


KINDS = (silent, refused, swallowed)
