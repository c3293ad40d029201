"""Every card and badge of a plant file, also of one that is not good yet: it may be the cards that are wrong in it."""

import re
from collections import defaultdict
from typing import Any, NamedTuple

from pullcord.plant.document import Document
from pullcord.plant.problems import Path

SHORT = 8  # hex digits: four bytes
_UID = re.compile(r"[0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20}")


class Entry(NamedTuple):
    """One place where a uid stands. `owner`: the loop, or the person whose badge it is; `number` of `of` counts the
    cards of a loop from 1, and is 0 for a badge. `line`: of the file."""

    uid: str
    kind: str
    owner: str
    number: int
    of: int
    path: Path
    line: int

    @property
    def is_short(self) -> bool:
        """A uid of four bytes: makers have given these twice, and anybody can copy them."""
        return len(self.uid) == SHORT

    def __str__(self) -> str:
        return f"badge of {self.owner}" if self.kind == "badge" else f"card {self.number} of {self.of} of {self.owner}"


def entries(document: Document) -> list[Entry]:
    """In the order of the file. What is not as it should be is left to `pullcord plant check`."""
    found = []
    for loop, cards in _sections(document.data, "loops", "cards"):
        uids = cards if isinstance(cards, list) else []
        for place, uid in enumerate(uids):
            path: Path = ("loops", loop, "cards", place)
            found.append(Entry(str(uid), "card", loop, place + 1, len(uids), path, document.line(path)))
    for person, badge in _sections(document.data, "people", "badge"):
        path = ("people", person, "badge")
        if badge is not None:
            found.append(Entry(str(badge), "badge", person, 0, 0, path, document.line(path)))
    return found


def duplicates(known: list[Entry]) -> list[list[Entry]]:
    """The entries of each uid that stands in more than one place."""
    by_uid = defaultdict(list)
    for entry in known:
        by_uid[entry.uid].append(entry)
    return [same for same in by_uid.values() if len(same) > 1]


def holders(known: list[Entry], uid: str) -> list[Entry]:
    return [entry for entry in known if entry.uid == uid]


def read_uid(text: str) -> str:
    """A uid as readers and phones show it (`04:A1:B2...`), as the plant file has it. ValueError says what is right."""
    uid = re.sub(r"[\s:.-]", "", text).lower()
    if not _UID.fullmatch(uid):
        raise ValueError(f"{text}: is no card's uid: 4, 7 or 10 bytes in hex, such as 04a1b2c3d40001")
    return uid


def _sections(data: Any, section: str, key: str) -> list[tuple[str, Any]]:
    """(name, its value of `key`) in a section of mappings."""
    named = data.get(section) if isinstance(data, dict) else None
    if not isinstance(named, dict):
        return []
    return [(name, one.get(key)) for name, one in named.items() if isinstance(one, dict)]
