"""The address of a broker: `mqtt://[user:password@]host[:port]`."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class Address(NamedTuple):
    host: str
    port: int
    username: str | None
    password: str | None

    @property
    def shown(self) -> str:
        """For screens and logs: without the password."""
        return f"{self.host}:{self.port}"


def read(url: str) -> Address:
    """ValueError says what a right address looks like; it never repeats the password."""
    wrong = "the broker's address must look like mqtt://host:1883 or mqtt://user:password@host:1883"
    try:
        parts = urlsplit(url)
        port = parts.port or 1883
    except ValueError as error:
        raise ValueError(f"{wrong} (its port is no number)") from error
    if parts.scheme != "mqtt" or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(wrong)
    return Address(
        parts.hostname,
        port,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )
