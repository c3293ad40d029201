"""What cannot be rescued any more: sequences that the journal does not hold, and events that it never took. Pure."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from pullcord.line import reading

ERASED, DAMAGED, ABSENT = "erased by the station, to make room for newer ones", "damaged", "not in the file"
MOST = 100_000  # far more than a flash holds: a sequence that is nonsense must not keep anybody waiting


class Hole(NamedTuple):
    """Sequences `first` ... `last` of a journal."""

    first: int
    last: int
    why: str

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        which = f"event {self.first} is" if self.size == 1 else f"events {self.first} to {self.last} are"
        return f"{which} gone: {self.why}"


def of_journal(missing: Iterable[int], oldest: int) -> list[Hole]:
    """`missing`: what the journal should hold and does not, in order; `oldest`: the first that it holds at all."""
    return _joined((sequence, ERASED if sequence < oldest else DAMAGED) for sequence in missing)


def of_file(events: Iterable[bytes]) -> list[Hole]:
    """Between the first and the last event of one journal; what should be before or after them, nobody knows."""
    found = [identity.sequence for identity in map(reading.identity_of, events) if identity]
    if not found:
        return []
    there, first = set(found), min(found)
    return _joined(
        (sequence, ABSENT) for sequence in range(first, min(max(found), first + MOST)) if sequence not in there
    )


def never_recorded(events: Iterable[bytes]) -> dict[str, int]:
    """By type, the events that the station's own `station.gap` events tell of."""
    kinds: dict[str, int] = {}
    for event in events:
        try:
            read = json.loads(event)
            told = read["data"]["kinds"] if read["type"] == "pullcord.station.gap.v1" else {}
            counts = {str(kind): int(count) for kind, count in told.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # whoever records it says what is wrong with it
        for kind, count in counts.items():
            kinds[kind] = kinds.get(kind, 0) + count
    return kinds


def beyond(events: Iterable[bytes], through: int) -> int:
    """How many come after that sequence."""
    return sum(1 for identity in map(reading.identity_of, events) if identity is None or identity.sequence > through)


def _joined(sequences: Iterable[tuple[int, str]]) -> list[Hole]:
    holes: list[Hole] = []
    for sequence, why in sequences:
        if holes and holes[-1].last + 1 == sequence and holes[-1].why == why:
            holes[-1] = holes[-1]._replace(last=sequence)
        else:
            holes.append(Hole(sequence, sequence, why))
    return holes
