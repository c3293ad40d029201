"""All files that a board gets to become one station, besides the firmware: always the same bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from . import station_secrets
from .compile import Card, Compiled
from .secret_store import Secrets

CONFIG, CARDS = "/config.json", "/cards.csv"
EMPTY_TABLE = hashlib.sha256(b"").hexdigest()[:12]  # what a station says of a table without cards


def files(made: Compiled, secrets: Secrets) -> dict[str, bytes]:
    """By absolute path: config.json and what is secret. The card table is apart: it is gone when it was taken in."""
    own = {f"/{name}": content for name, content in station_secrets.files(made.config, secrets).items()}
    return {CONFIG: config(made.config), **own}


def config(content: Mapping[str, Any]) -> bytes:
    """As the line service sends it, too."""
    return json.dumps(content, separators=(",", ":")).encode()


def cards(table: Iterable[Card]) -> bytes:
    """The file that a station takes in at its next start (`station.store.card_file`)."""
    text = _lines(table)
    version = int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)
    return f"{version}\n{text}".encode()


def cards_hash(table: Iterable[Card]) -> str:
    """What the station says of its table when it is this one; "" for none."""
    text = _lines(table)
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def _lines(table: Iterable[Card]) -> str:
    return "".join(f"{uid},{loop},{here},{state}\n" for uid, loop, here, state in table)
