"""What people decide about cards: replaced ones go on, a trial takes one out and brings it back."""

import pytest

from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, C, D, Floor, loop
from tests.host_tools.pull.entries import DAY

SPARE = "04a1b2c3d400ee"


def trials(floor):
    return list(floor.kanban.decisions.trials._rows.values())


def test_a_worn_card_is_replaced_where_it_is_and_its_signal_goes_on():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.decide(20, "card.replaced", card=A, replaced_by=SPARE, full=True, reason="worn")
    assert (floor.state(A), floor.state(SPARE), floor.queue()) == ("retired", "released", [SPARE])
    floor.tap(50, "ship", SPARE)
    floor.tap(60, "receive", SPARE)
    assert (floor.state(SPARE), floor.loop()["full"], floor.loop()["total"]) == ("full", 3, 3)
    assert floor.findings() == []


@pytest.mark.parametrize(("full", "state", "queue"), [(True, "full", []), (False, "released", [SPARE])])
def test_a_lost_card_is_replaced_as_its_container_was_found(full, state, queue):
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.decide(20, "card.lost", card=A, reason="not seen")
    floor.decide(30, "card.replaced", card=A, replaced_by=SPARE, full=full, reason="")
    assert (floor.state(SPARE), floor.queue(), floor.loop()["total"]) == (state, queue, 3)


def test_the_old_card_is_unknown_when_it_turns_up():
    floor = Floor()
    floor.decide(20, "card.replaced", card=A, replaced_by=SPARE, full=True, reason="")
    floor.tap(30, "signal", A)
    assert floor.findings() == ["unknown_card"]


@pytest.mark.parametrize("replaced_by", [B, A])
def test_a_card_that_goes_round_already_replaces_none(replaced_by):
    floor = Floor()
    floor.decide(20, "card.replaced", card=A, replaced_by=replaced_by, full=True, reason="")
    assert (floor.findings(), floor.state(A)) == (["replacement_refused"], "full")


def test_a_plant_file_that_still_names_the_old_card_means_the_new_one():
    floor = Floor()
    floor.decide(20, "card.replaced", card=A, replaced_by=SPARE, full=True, reason="")
    floor.declare(30, bolt=loop((A, B, C), quantity=50))
    assert (floor.state(A), floor.state(SPARE), floor.loop()["total"]) == ("retired", "full", 3)
    floor.declare(40, bolt=loop((SPARE, B, C), quantity=50))
    assert (floor.state(A), floor.state(SPARE), floor.loop()["total"]) == ("retired", "full", 3)


def test_a_card_that_was_retired_by_a_decision_stays_out_until_the_file_names_it_anew():
    floor = Floor()
    floor.decide(20, "card.retired", card=A, reason="too many")
    floor.declare(30, bolt=loop((A, B, C), quantity=50))
    assert (floor.state(A), floor.loop()["total"]) == ("retired", 2)
    floor.declare(40, bolt=loop((B, C)))
    floor.declare(50, bolt=loop((A, B, C)))
    assert (floor.state(A), floor.loop()["total"]) == ("full", 3)


# Lowering the water


def test_a_trial_sets_one_card_aside_and_ends_with_it_back():
    floor = Floor()
    trial = floor.decide(10, "trial.started", loop="bolt", card=A, reason="half of them are always full")
    assert (floor.state(A), floor.loop()["total"], floor.loop()["full"]) == ("set_aside", 2, 2)
    floor.tap(20, "signal", A)
    assert (floor.findings(), floor.queue()) == (["tap_set_aside"], [])
    floor.decide(30, "trial.ended", trial=trial, keep=False, exposed="the press needs an hour to change over")
    assert (floor.state(A), floor.loop()["total"], floor.loop()["full"]) == ("full", 3, 3)
    (row,) = trials(floor)
    assert (row["cards_before"], row["kept"], row["exposed"][:9]) == (3, False, "the press")
    assert (row["started_at"], row["ended_at"]) == (DAY + 10_000, DAY + 30_000)


def test_a_card_that_was_empty_when_it_was_set_aside_comes_back_with_a_signal():
    floor = Floor()
    floor.tap(5, "signal", A)
    trial = floor.decide(10, "trial.started", loop="bolt", card=A, reason="")
    assert (floor.queue(), floor.loop()["open"]) == ([], 0)
    floor.decide(30, "trial.ended", trial=trial, keep=False, exposed="")
    assert (floor.state(A), floor.queue(), floor.loop()["open"]) == ("released", [A], 1)


def test_a_trial_that_is_kept_retires_the_card_for_good():
    floor = Floor()
    trial = floor.decide(10, "trial.started", loop="bolt", card=A, reason="")
    floor.decide(30, "trial.ended", trial=trial, keep=True, exposed="")
    floor.declare(40, bolt=loop((A, B, C), quantity=50))
    assert (floor.state(A), floor.loop()["total"]) == ("retired", 2)


def test_one_trial_at_a_time_in_a_loop_and_with_one_of_its_cards():
    floor = Floor(bolt=loop(), nut=loop((D,)))
    floor.decide(10, "trial.started", loop="bolt", card=D, reason="")
    floor.decide(11, "trial.started", loop="bolt", card=A, reason="")
    floor.decide(12, "trial.started", loop="bolt", card=B, reason="")
    assert floor.findings() == ["trial_refused", "trial_refused"]
    assert [row["card"] for row in trials(floor)] == [A]
    floor.decide(20, "trial.ended", trial="plant-99", keep=True, exposed="")
    assert floor.findings()[-1] == "unknown_trial"


# Chains


def test_a_chain_works_with_or_without_a_reader_at_the_supplier_once_for_each_container():
    press = loop((C, D), kind="production", supplier="acme/press/line-1/st-01", consumer=SUPPLIER, ships=False)
    for taps in (("signal", "ship", "receive"), ("signal", "receive"), ("signal", "receive", "ship")):
        floor = Floor(bolt=loop((A, B), releases="press"), press=press)
        for role in taps:
            floor.tap(("signal", "ship", "receive").index(role) * 100 + 10, role, A)
        (given,) = floor.kanban.signals.queue("acme/press/line-1/st-01", "make")
        left_at = 110 if "ship" in taps else 210
        assert given["given_at"] == DAY + left_at * 1000, taps


def test_a_chain_goes_back_to_the_supplier_step_by_step():
    steel, press = "steel-house", "acme/press/line-1/st-01"
    floor = Floor(
        bolt=loop((A, B), releases="press"),
        press=loop((C,), supplier=press, consumer=SUPPLIER, releases="wire"),
        wire=loop((D,), kind="supplier", supplier=steel, consumer=press, ships=False, item="wire", quantity=500),
    )
    floor.tap(10, "signal", A)
    floor.tap(20, "ship", A)
    floor.tap(40, "ship", C, station=press)
    assert len(floor.queue(steel)) == 1
    assert floor.kanban.stock.items.get("wire")["recorded"] == 0
    floor.tap(900, "receive", D, station=press)
    assert floor.kanban.stock.items.get("wire")["recorded"] == 500


# What stations refused


@pytest.mark.parametrize(
    ("why", "told"),
    [("unknown", ["unknown_card"]), ("wrong_place", ["wrong_place"]), ("on_hold", ["tap_on_hold"]), ("already", [])],
)
def test_cards_that_a_station_refused_are_told(why, told):
    floor = Floor()
    floor.refuse(10, why, A)
    assert (floor.findings(), floor.state()) == (told, "full")


def test_a_clone_is_seen_even_where_its_tap_is_refused():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.refuse(14, "already", A, station="acme/assembly/line-1/st-09")
    assert floor.findings() == ["cloned_uid"]
    assert floor.kanban.loops.cards.get(A)["place"] == CONSUMER
