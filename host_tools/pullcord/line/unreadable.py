"""Which place in its journal a message has that shows no id: its station would send it again for ever. Pure.

A station sends again from the first event without a receipt. So a message that comes again and again while the journal
stands still, with the event after next recorded already, is the missing one: had that been lost on the way, it would
have come with one of these rounds.
"""

ROUNDS = 3


class Unreadable:
    """Counts how often a message came while its station's journal stood still."""

    def __init__(self) -> None:
        self._rounds: dict[tuple[str, str], tuple[int, int]] = {}

    def is_missing(self, digest: str, journal: str, through: int, next_known: int | None) -> bool:
        """To be asked each time that the message comes again. `next_known`: the first sequence beyond the gap."""
        before, rounds = self._rounds.pop((digest, journal), (through, 0))
        rounds = rounds + 1 if before == through else 1
        if next_known == through + 2 and rounds >= ROUNDS:
            return True
        if next_known == through + 2:
            self._rounds[digest, journal] = (through, rounds)
        return False
