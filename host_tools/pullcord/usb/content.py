"""What one station is to hold besides its firmware, and what of it a board lacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from pullcord.plant import station_files, station_secrets
from pullcord.plant.compile import Compiled
from pullcord.plant.secret_store import Secrets
from pullcord.usb.board import Found


@dataclass(frozen=True)
class Content:
    """`config`, `secrets`, `cards`: hashes, as a station at work says them."""

    path: str
    files: Mapping[str, bytes]
    config: str
    secrets: str
    cards_file: bytes
    cards: str

    @classmethod
    def of(cls, made: Compiled, secrets: Secrets) -> "Content":
        return cls(
            made.path,
            station_files.files(made, secrets),
            made.config["hash"],
            station_secrets.digest(station_secrets.files(made.config, secrets)),
            station_files.cards(made.cards),
            station_files.cards_hash(made.cards) if made.config["readers"] else "",
        )

    def is_used_by(self, found: Found) -> bool:
        """Whether it is this station, at work with all of it."""
        said = (found.state, found.station, found.config, found.secrets)
        return said == ("station", self.path, self.config, self.secrets) and self._has_cards(found)

    def to_bring(self, found: Found) -> dict[str, bytes]:
        """By path. The card table only when the station has another one: its file is gone once it was taken in."""
        cards = {} if self._has_cards(found) else {station_files.CARDS: self.cards_file}
        return {**self.files, **cards}

    def _has_cards(self, found: Found) -> bool:
        """An empty table is as good as none."""
        return (found.cards if found.cards != station_files.EMPTY_TABLE else "") == self.cards
