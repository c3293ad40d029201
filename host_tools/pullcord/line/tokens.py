"""Who may use the API: a token each, with a role.

They are plant events like any decision, so that the log says who got one and lost it, and when. What is kept of a
token is its SHA-256; a token is 256 bits of chance, which no list of guesses holds.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterable
from typing import NamedTuple

from pullcord.line.log import PlantEvent
from pullcord.line.log_reader import LogReader, News
from pullcord.pull.entry import Entry

ROLES = ("viewer", "operator", "planner", "admin")
"""Each may do what those before it may: look; call people and move cards; change loops and the plant; all."""
KINDS = ADDED, REVOKED = "token.added", "token.revoked"


class Token(NamedTuple):
    """`revoked_at` is None while it is in force. Moments are UTC milliseconds."""

    name: str
    role: str
    digest: str
    added_at: int
    added_by: str
    revoked_at: int | None = None


def new() -> str:
    """A token to give away; it is shown once and kept nowhere."""
    return "pull_" + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def added(now: int, by: str, name: str, role: str, token: str) -> PlantEvent:
    return PlantEvent(ADDED, now, by, {"name": name, "role": role, "digest": digest(token)})


def revoked(now: int, by: str, name: str) -> PlantEvent:
    return PlantEvent(REVOKED, now, by, {"name": name})


def fold(tokens: dict[str, Token], entries: Iterable[Entry]) -> None:
    """Bring `tokens` (by name) up by what was decided since. A name that was revoked may be given anew."""
    for entry in entries:
        name = entry.data["name"]
        if entry.kind == ADDED:
            tokens[name] = Token(name, entry.data["role"], entry.data["digest"], entry.at, entry.by)
        elif name in tokens:
            tokens[name] = tokens[name]._replace(revoked_at=entry.at)


def in_force(entries: Iterable[Entry]) -> dict[str, str]:
    """Whose each token is, by its digest."""
    tokens: dict[str, Token] = {}
    fold(tokens, entries)
    return {token.digest: token.name for token in tokens.values() if token.revoked_at is None}


class Tokens:
    """All tokens as of now."""

    def __init__(self, reader: LogReader) -> None:
        self._news = News(reader, KINDS)
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}

    def all(self) -> list[Token]:
        """Blocks; raises SQLAlchemy's DBAPIError when the database cannot be read."""
        with self._lock:
            anew, entries = self._news.fetch()
            if anew:
                self._tokens.clear()
            fold(self._tokens, entries)
            return list(self._tokens.values())

    def holder(self, token: str) -> Token | None:
        """Whose token that is, as long as it is in force."""
        wanted = digest(token)
        found = [one for one in self.all() if secrets.compare_digest(one.digest, wanted) and one.revoked_at is None]
        return found[0] if found else None
