"""How long a request may be: its body is kept in memory, also that of somebody who has no token."""

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

LONGEST = 16_000_000
"""A plant file of `plant_routes.LONGEST` characters, each of them four bytes."""
LONGEST_UNKNOWN = 4096
"""A token to sign in with, or the button of a message's link."""


def longest(is_known: bool) -> int:
    """Bytes, by whether the caller showed a token."""
    return LONGEST if is_known else LONGEST_UNKNOWN


def bounded(receive: Receive, limit: int) -> Receive:
    """`receive` that fails with 413 beyond `limit` bytes, for a body that does not say how long it is."""
    room = limit

    async def counted() -> Message:
        nonlocal room
        message = await receive()
        room -= len(message.get("body", b""))
        if room < 0:
            raise HTTPException(413, f"This is longer than {limit} bytes, and nothing that belongs here is.")
        return message

    return counted
