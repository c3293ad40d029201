"""Cards conserve: what does not add up is told, what a late tap explains is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.host_tools.pull.a_plant import SUPPLIER, A, B, C, Floor, loop


def test_a_second_signal_of_a_card_is_out_of_order_and_asks_for_nothing():
    floor = Floor()
    floor.tap(10, "signal")
    floor.tap(100, "signal")
    assert floor.findings() == ["out_of_order"]
    assert floor.queue() == [A]


def test_a_card_that_gives_its_signal_elsewhere_is_in_two_places():
    floor = Floor()
    floor.tap(10, "signal")
    floor.tap(100, "signal", station="acme/assembly/line-1/st-09")
    assert floor.findings() == ["two_places"]


def test_a_card_at_two_stations_within_seconds_is_cloned():
    floor = Floor()
    floor.tap(10, "signal")
    floor.tap(19, "ship", station=SUPPLIER)
    assert floor.findings() == ["cloned_uid"]
    slow = Floor()
    slow.tap(10, "signal")
    slow.tap(20, "ship", station=SUPPLIER)
    assert slow.findings() == []


def test_a_container_that_moves_without_a_signal_is_told_until_the_late_signal_explains_it():
    floor = Floor()
    floor.tap(50, "ship")
    assert floor.lasting() == ["without_signal"]
    floor.tap(10, "signal")  # the consumer was cut off
    assert (floor.lasting(), floor.state()) == ([], "in_transit")
    floor.tap(60, "receive")
    assert (floor.state(), floor.loop()["open"], floor.loop()["full"]) == ("full", 0, 3)
    signal = floor.signal()
    assert signal["given_at"] < signal["shipped_at"] < signal["received_at"]


def test_a_receipt_before_its_signal_is_put_right_too():
    floor = Floor()
    floor.tap(60, "receive")
    floor.tap(50, "ship")
    floor.tap(10, "signal")
    assert (floor.state(), floor.lasting(), floor.loop()["open"]) == ("full", [], 0)
    signal = floor.signal()
    assert signal["given_at"] < signal["shipped_at"] < signal["received_at"]


def test_a_tap_that_is_too_late_to_mean_anything_is_told_and_moves_nothing():
    floor = Floor()
    floor.trip(10)
    floor.tap(1_000, "signal")
    floor.tap(20, "ship")
    assert floor.findings() == ["late_tap"]
    assert floor.state() == "released"


def test_more_signals_than_cards_is_told_while_it_lasts():
    floor = Floor(bolt=loop((A,)))
    floor.tap(10, "signal")
    floor.decide(20, "signal.given", loop="bolt", reference="till 7")
    assert floor.lasting() == ["stock_out", "more_signals_than_cards"]
    floor.tap(100, "ship")
    floor.tap(200, "receive")
    assert floor.lasting() == ["stock_out"]  # the till took what the card came back with
    floor.tap(300, "ship")
    floor.tap(400, "receive")
    assert floor.lasting() == []


def test_a_card_that_did_not_move_is_told_until_it_does():
    floor = Floor()
    floor.tap(10, "signal")
    moved_at = floor.kanban.loops.cards.get(A)["moved_at"]
    floor.decide(90_000, "card.overdue", card=A, moved_at=moved_at)
    floor.decide(90_000, "card.overdue", card=B, moved_at=1)  # it has moved since the timer was set
    assert floor.lasting() == ["card_overdue"]
    floor.tap(90_100, "ship")
    assert floor.lasting() == []


def test_a_card_that_no_plant_file_names_is_told():
    floor = Floor()
    floor.tap(10, "signal", "04ffffffffff01")
    assert floor.findings() == ["unknown_card"]


def test_a_receipt_without_shipping_is_out_of_order_until_the_late_shipment_explains_it():
    floor = Floor()
    floor.tap(10, "signal")
    floor.tap(100, "receive")
    assert (floor.lasting(), floor.state()) == (["out_of_order"], "full")
    floor.tap(90, "ship")  # the supplier's station was cut off
    assert (floor.lasting(), floor.state()) == ([], "full")
    assert floor.signal()["shipped_at"] < floor.signal()["received_at"]


def test_a_receipt_needs_no_shipping_where_the_supplier_has_no_reader():
    outside = Floor(bolt=loop(ships=False, supplier="store"))
    outside.tap(10, "signal")
    outside.tap(100, "receive")
    assert (outside.findings(), outside.state()) == ([], "full")


taps = st.tuples(st.integers(1, 500), st.sampled_from(["signal", "ship", "receive"]), st.sampled_from([A, B, C]))
decisions = st.tuples(
    st.integers(1, 500),
    st.sampled_from(
        ["container.held", "container.released", "card.lost", "card.retired", "card.replaced", "trial.started",
         "trial.kept", "trial.undone", "signal.given", "declared"]
    ),
    st.sampled_from([A, B, C]),
)  # fmt: skip


def decide(floor, at, what, card):
    if what == "card.replaced":
        spare = f"{card[:-2]}{len(floor.entries):02x}"
        floor.decide(at, what, card=card, replaced_by=spare, full=at % 2 == 0, reason="worn")
    elif what == "trial.started":
        floor.decide(at, what, loop="bolt", card=card, reason="")
    elif what in ("trial.kept", "trial.undone"):
        for trial in list(floor.kanban.decisions.trials.open()):
            floor.decide(at, "trial.ended", trial=trial["trial"], keep=what == "trial.kept", exposed="")
    elif what == "signal.given":
        floor.decide(at, what, loop="bolt", reference="")
    elif what == "declared":
        floor.declare(at, bolt=loop(tuple({A, B, C} - {card}), quantity=20 + at % 2))
    else:
        floor.decide(at, what, card=card, reason="")


@pytest.mark.parametrize("kind", ["withdrawal", "signal"])
@given(st.lists(taps | decisions, max_size=25))
def test_whatever_is_tapped_the_counts_agree_with_the_cards(kind, steps):
    floor = Floor(bolt=loop(kind=kind, batch=2))
    for at, what, card in steps:
        if what in ("signal", "ship", "receive"):
            floor.tap(at, what, floor.kanban.loops.current(card))
        else:
            decide(floor, at, what, card)
    cards = [card for card in floor.kanban.loops.cards.open() if not card["replaced_by"]]
    states = [card["state"] for card in cards]
    row, signals = floor.loop(), list(floor.kanban.signals.sheet.open())
    assert len(cards) == 3
    assert row["total"] == sum(state not in ("lost", "set_aside", "retired") for state in states)
    assert row["full"] == states.count("full")
    assert row["open"] == len(signals)
    assert row["asked"] == sum(not signal["card"] for signal in signals)
    stock = floor.kanban.stock
    assert stock.items.get("bolt")["recorded"] == (row["full"] - row["asked"]) * row["quantity"]
    assert stock.items.get("bolt")["recorded"] == sum(day["moved"] for day in stock.days.days.open())
    again = floor.again()
    assert [sheet._rows for sheet in again.sheets] == [sheet._rows for sheet in floor.kanban.sheets]
