"""What stations and retained receipts say the plant once had: how a restored database is noticed. Pure."""

from typing import Any, NamedTuple

# Events may still be on their way through the broker when the state that left after them is read.
SETTLE_MS = 10_000


class Claim(NamedTuple):
    """Somebody was told that `journal` is recorded up to `through`, in `epoch` (0 when not said)."""

    journal: str
    through: int
    epoch: int


class Hole(NamedTuple):
    """The station keeps nothing of `journal` up to `last` any more, and the plant does not have it all."""

    journal: str
    last: int


class Claims:
    """Compares what is said about journals with what the database knows (`known`: journal to through)."""

    def __init__(self) -> None:
        self._suspects: dict[str, tuple[int, int]] = {}

    def from_receipt(self, journal: str, receipt: dict[str, Any], known: int, epoch: int) -> Claim | None:
        """A receipt on the broker: our own says nothing new, one that knows more is of a lost database."""
        if receipt["through"] > known or receipt["epoch"] > epoch:
            return Claim(journal, receipt["through"], receipt["epoch"])
        return None

    def from_state(self, journal: dict[str, Any], known: int, epoch: int) -> Claim | None:
        """A station's `journal`, whose `through` and `epoch` can only come from a receipt."""
        receipt = {"through": journal["through"], "epoch": journal.get("epoch", 0)}
        return self.from_receipt(journal["name"], receipt, known, epoch)

    def hole(self, now: int, journal: dict[str, Any], known: int) -> Hole | None:
        """The hole before the first event that the station still keeps, once it has stood for a while."""
        name, first = journal["name"], journal.get("first", 1)
        if first <= known + 1:
            self._suspects.pop(name, None)
            return None
        through, since = self._suspects.get(name, (known, now))
        if through != known:
            since = now
        self._suspects[name] = (known, since)
        return Hole(name, first - 1) if now - since >= SETTLE_MS else None
