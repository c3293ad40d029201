"""The address of a broker: `mqtt://[user:password@]host[:port]`, or `mqtts://...[?ca=FILE]` for TLS."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit


class Address(NamedTuple):
    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool = False
    ca: str | None = None
    """A file in PEM; None: the CAs that this computer knows."""

    @property
    def shown(self) -> str:
        """For screens and logs: without the password."""
        return f"{self.host}:{self.port}"


def read(url: str) -> Address:
    """ValueError says what a right address looks like; it never repeats the password."""
    wrong = "the broker's address must look like mqtt://host:1883, mqtt://user:password@host:1883 or mqtts://..."
    try:
        parts = urlsplit(url)
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
    except ValueError as error:
        raise ValueError(f"{wrong} (its port is no number)") from error
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(wrong)
    return Address(
        parts.hostname,
        port,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        parts.scheme == "mqtts",
        parse_qs(parts.query).get("ca", [None])[0],
    )
