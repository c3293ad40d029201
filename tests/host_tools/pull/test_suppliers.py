"""Suppliers by what they did, and policies by what is at stake."""

import pytest

from pullcord.pull.policy import Facts, propose
from pullcord.pull.suppliers import DAY_MS, Delivery, of_order, of_signal, reliability


def delivery(asked, due, here):
    days = [None if day is None else round(day * DAY_MS) for day in (asked, due, here)]
    return Delivery("x", "bolt", days[0] or 0, *days[1:])


def test_lead_times_are_measured_and_what_is_late_now_counts_against_the_supplier():
    found = reliability(
        [
            *(delivery(0, 5, day) for day in (2, 3, 4, 5)),  # in time
            delivery(0, 5, 16),  # eleven days late
            delivery(10, 15, None),  # late now
            delivery(18, 23, None),  # not due yet
            delivery(0, None, 6),  # nothing was agreed
        ],
        now=20 * DAY_MS,
    )
    assert (found.delivered, found.on_the_way, found.mean_days) == (6, 2, 6.0)
    assert (found.p50_days, found.p95_days) == (4.0, 16.0)
    assert found.on_time == pytest.approx(4 / 6)
    assert [one.asked_at for one in found.late] == [10 * DAY_MS]


def test_a_supplier_without_a_delivery_has_no_figures():
    assert reliability([], 0) == (0, 0, None, None, None, None, [])


def test_orders_and_cards_are_deliveries_and_cancelled_cards_are_none():
    order = {"order": "PO-1", "item": "bolt", "placed_at": 1, "due_at": 9, "closed_at": None}
    assert of_order(order) == Delivery("PO-1", "bolt", 1, 9, None)
    signal = {"signal": "s", "card": "c", "given_at": 5, "released_at": 6, "batch": "", "received_at": 8, "done_at": 8}
    assert of_signal(signal, "bolt", 2) == Delivery("c", "bolt", 5, 5 + 2 * DAY_MS, 8)
    assert of_signal(signal | {"batch": "b"}, "bolt", None) == Delivery("c", "bolt", 6, None, 8)
    assert of_signal(signal | {"received_at": None}, "bolt", 2) is None
    assert of_signal(signal | {"given_at": None, "released_at": None}, "bolt", 2) is None


STEADY, ERRATIC = (100, 110, 90, 100), (0, 0, 400, 0)


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        (Facts(500, 1.0, STEADY, 2, 3.0), "lean"),  # a stop costs little, and two deliver it
        (Facts(50_000, 1.0, STEADY, 2, 3.0), "hybrid"),  # dear to be without
        (Facts(50_000, 1.0, STEADY, 1, 60.0), "buffered"),  # and one supplier, far away
        (Facts(500, 1.0, ERRATIC, 1, 3.0), "hybrid"),
        (Facts(50_000, None, ERRATIC, 1, None), "buffered"),
        (Facts(None, None, (), 1, 60.0, ("seasonal",)), "hybrid"),
        (Facts(0, 1.0, STEADY, 2, 3.0, ("single_source",)), "lean"),
    ],
)
def test_a_policy_is_proposed_from_cost_demand_and_supply(facts, policy):
    found = propose(facts)
    assert found.policy == policy
    assert found.points == sum(reason.points for reason in found.reasons)


def test_reasons_are_told_in_words_with_their_numbers():
    reasons = [reason.why for reason in propose(Facts(50_000, 1.0, ERRATIC, 1, 60.0, ("seasonal",))).reasons]
    assert reasons == [
        "a week without it would cost 50,000, a week's demand 100",
        "demand is erratic: coefficient of variation 1.73 over 4 weeks",
        "one supplier only",
        "long lead time: 60 days",
        "seasonal",
    ]


def test_what_is_not_known_is_asked_for_and_not_guessed():
    found = propose(Facts(None, None, (5, 6), 2, None))
    assert found.policy == "lean"
    assert [one.split(":")[0] for one in found.missing] == [
        "week_without",
        "demand by week",
        "lead_time_days of its supplier",
    ]
