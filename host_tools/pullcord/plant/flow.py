"""What flows through a plant: items, who supplies them, the loops that pull them, and when people work."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .names import Day, Money, Name, Part, StationPath, Text, TimeOfDay, Uid

Pieces = Annotated[int, Field(ge=0, le=1_000_000_000)]
LeadTime = Annotated[float, Field(ge=0, le=1000)]


def _a_day(value: object) -> object:
    """`demand: 192` is short for `{pieces: 192, each: day}`."""
    return {"pieces": value} if isinstance(value, int) else value


class Demand(Part):
    """What customers take: so many pieces each calendar week, or each day on which somebody works."""

    pieces: Pieces
    each: Literal["day", "week"] = "day"


class Stock(Part):
    """In pieces. `reorder_point`: a purchase is proposed at it; without one, at demand over the lead time and `safety`.
    `target`: up to where it is bought."""

    reorder_point: Pieces | None = None
    safety: Pieces = 0
    target: Pieces | None = None


class Item(Part):
    """`week_without`: what a week without it would cost, in the plant's currency, as `price` (of a piece).

    `policy`: what was decided; what is proposed is told with its reasons (docs/planners). `risks` of its supply, beside
    those that suppliers and lead times show.
    """

    name: Text
    demand: Annotated[Demand | None, BeforeValidator(_a_day, Demand | Pieces | None)] = None
    stock: Stock | None = None
    price: Money | None = None
    week_without: Money | None = None
    risks: list[Literal["single_source", "long_lead_time", "seasonal"]] = []
    policy: Literal["lean", "buffered", "hybrid"] | None = None


class Offer(Part):
    """An item as one supplier sells it: `pack` pieces at least, and whole packs only."""

    part_number: Text | None = None
    pack: int = Field(1, ge=1, le=1_000_000_000)
    price: Money | None = None
    lead_time_days: LeadTime | None = None


class Supplier(Part):
    """`lead_time_days`: what was agreed, in calendar days; an item may have its own."""

    name: Text
    lead_time_days: LeadTime | None = None
    items: dict[Name, Offer] = {}


class Loop(Part):
    """Cards that go round between two places. `consumer`: area/line/station; `supplier`: one, or a name.

    Of a signal (triangle) loop: `batch` containers are released at once, or what waits when no more than
    `reorder_point` full ones are left. `releases`: the loop of the step before, which makes again what leaves here.
    `safety`: a share of the cards, such as 0.1.
    """

    item: Text
    consumer: StationPath
    supplier: Annotated[str, Field(min_length=1, max_length=120)]
    quantity: int = Field(ge=1)
    kind: Literal["withdrawal", "production", "supplier", "two-bin", "signal"] = "withdrawal"
    cards: list[Uid]
    batch: int | None = Field(None, ge=1)
    reorder_point: int | None = Field(None, ge=0)
    releases: Name | None = None
    safety: float = Field(0.1, ge=0, le=5)


class Between(Part):
    """From one time of day to another, as the clock on the wall shows them."""

    begin: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")


class Shift(Between):
    """Until a time no later than its start: on the next day. `stops`: planned ones, such as breaks."""

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = ["mon", "tue", "wed", "thu", "fri"]
    stops: list[Between] = []


class Calendar(Part):
    """`closed`: days on which no shift starts."""

    shifts: dict[Name, Shift] = {}
    closed: list[Day] = []
