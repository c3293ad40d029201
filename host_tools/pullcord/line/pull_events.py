"""What people decide about cards, stock and purchases, as plant events with their data."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Uid = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$")]
Pieces = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SignalGiven(Data):
    """A pull from outside, such as a point of sale. `reference`: what they call it."""

    loop: Word
    reference: Text = ""


class SignalStarted(Data):
    signal: Word


class CardDecision(Data):
    """A container is held or let go; a card is lost or taken out."""

    card: Word
    reason: Text = ""


class CardOverdue(Data):
    """A timer fired: the card did not move since `moved_at`."""

    card: Word
    moved_at: int


class CardReplaced(Data):
    """Another card goes round in its place. `full`: how the container of a lost one was found."""

    card: Word
    replaced_by: Uid
    full: bool = True
    reason: Text = ""


class RunOutExpected(Data):
    """A timer fired: the full containers will be empty at `empty_at`, and the next is not expected until `due_at`."""

    loop: Word
    signal: Word
    card: str = ""
    empty_at: int
    due_at: int


class AuditStarted(Data):
    """Somebody walks round with a reader. `loops`: {"names": those that are looked at, none for all}."""

    audit: Word
    loops: dict[Literal["names"], list[Word]] = {"names": []}


class AuditSeen(Data):
    """`place`: the station's path, or "" where the place is not to be judged."""

    audit: Word
    card: Uid
    place: Text = ""


class AuditEnded(Data):
    audit: Word


class TrialStarted(Data):
    """One card is set aside, to see what that exposes."""

    loop: Word
    card: Word
    reason: Text = ""


class TrialEnded(Data):
    """`keep`: the loop goes on without the card. `exposed`: what the trial brought to light."""

    trial: Word
    keep: bool
    exposed: Text = ""


class StockCounted(Data):
    """Somebody counted; `reason`: why the record was wrong, or why it was counted."""

    item: Word
    counted: Pieces
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class StockIssued(Data):
    """Pieces that lie on no card were taken."""

    item: Word
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]
    reference: Text = ""


class ItemPolicy(Data):
    item: Word
    policy: Literal["lean", "buffered", "hybrid"]
    reason: Text = ""


class ProposalDropped(Data):
    proposal: Word
    reason: Text = ""


class OrderPlaced(Data):
    """`order`: its number. `due_at`: when it should come; what was agreed with the supplier unless said."""

    order: Word
    item: Word
    supplier: Word
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]
    due_at: int | None = None


class OrderReceived(Data):
    """Goods without cards came in; containers on cards are received by their taps."""

    order: Word
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]


class OrderCancelled(Data):
    order: Word
    reason: Text = ""


KINDS: dict[str, type[Data]] = {
    "signal.given": SignalGiven,
    "signal.started": SignalStarted,
    "container.held": CardDecision,
    "container.released": CardDecision,
    "card.lost": CardDecision,
    "card.retired": CardDecision,
    "card.overdue": CardOverdue,
    "card.replaced": CardReplaced,
    "loop.run_out_expected": RunOutExpected,
    "audit.started": AuditStarted,
    "audit.seen": AuditSeen,
    "audit.ended": AuditEnded,
    "trial.started": TrialStarted,
    "trial.ended": TrialEnded,
    "stock.counted": StockCounted,
    "stock.issued": StockIssued,
    "item.policy": ItemPolicy,
    "proposal.dropped": ProposalDropped,
    "order.placed": OrderPlaced,
    "order.received": OrderReceived,
    "order.cancelled": OrderCancelled,
}
