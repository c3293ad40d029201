"""A loop that lives: cards, signals, queues, and the whole life of a container."""

import pytest

from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, C, D, Floor, loop
from tests.host_tools.pull.entries import DAY, placed


def test_a_card_goes_round():
    floor = Floor()
    states = [floor.state()]
    for at, role in ((10, "signal"), (50, "ship"), (60, "receive")):
        floor.tap(at, role)
        states.append(floor.state())
    assert states == ["full", "released", "in_transit", "full"]
    signal = floor.signal()
    steps = ("given_at", "released_at", "started_at", "shipped_at", "received_at", "done_at")
    assert [(signal[step] - DAY) // 1000 for step in steps] == [10, 10, 50, 50, 60, 60]
    assert (floor.loop()["full"], floor.loop()["open"], floor.loop()["total"]) == (3, 0, 3)
    assert floor.findings() == []


def test_the_supplier_works_signals_in_the_order_in_which_they_were_given():
    floor = Floor()
    for at, card in ((10, A), (30, C), (20, B)):  # the last one was cut off for a while
        floor.tap(at, "signal", card)
    assert floor.queue() == [A, B, C]
    assert floor.findings() == ["stock_out"]


def test_at_the_same_moment_journal_and_sequence_decide():
    floor = Floor()
    floor.tap(10, "signal", A, journal="b", sequence=1)
    floor.tap(10, "signal", B, journal="a", sequence=7)
    floor.tap(10, "signal", C, journal="a", sequence=6)
    assert floor.queue() == [C, B, A]


def test_a_late_signal_that_was_overtaken_is_told_and_nothing_is_taken_back():
    floor = Floor()
    given = floor.tap(30, "signal", B)
    floor.decide(40, "signal.started", signal=given)
    floor.tap(20, "signal", A)
    assert floor.findings() == ["overtaken_by_late_signal"]
    assert floor.state(B) == "in_process"
    assert floor.queue() == [A]


def test_a_late_signal_before_anything_later_was_started_is_not_overtaken():
    floor = Floor()
    floor.tap(10, "signal", B)
    floor.tap(25, "ship", B)
    floor.tap(40, "signal", C)
    floor.tap(30, "signal", A)
    assert floor.findings() == ["stock_out"]
    assert floor.queue() == [A, C]


def test_a_supplier_that_picks_another_one_is_told():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.tap(20, "signal", B)
    floor.tap(30, "ship", B)
    assert floor.findings() == ["not_in_order"]


def test_a_two_bin_loop_runs_out_when_both_bins_are_empty():
    floor = Floor(bolt=loop((A, B), kind="two-bin"))
    floor.tap(10, "signal", A)
    assert floor.lasting() == []
    floor.tap(20, "signal", B)
    assert floor.lasting() == ["stock_out"]
    floor.tap(30, "ship", A)
    floor.tap(50, "receive", A)
    assert floor.lasting() == []
    assert floor.findings() == ["stock_out"]


def test_a_triangle_is_released_with_its_whole_batch():
    floor = Floor(bolt=loop((A, B, C, D), kind="signal", batch=3))
    first = floor.tap(10, "signal", A)
    floor.tap(20, "signal", B)
    assert (floor.queue(), floor.state(A)) == ([], "empty")
    floor.tap(30, "signal", C)
    assert (floor.queue(), floor.state(A)) == ([A, B, C], "released")
    assert {floor.signal(card)["batch"] for card in (A, B, C)} == {first}
    floor.tap(40, "signal", D)
    assert floor.queue() == [A, B, C]


def test_a_triangle_is_released_at_its_reorder_point_before_the_batch_is_full():
    floor = Floor(bolt=loop((A, B, C, D), kind="signal", batch=4, reorder_point=2))
    floor.tap(10, "signal", A)
    assert floor.queue() == []
    floor.tap(20, "signal", B)
    assert floor.queue() == [A, B]


def test_what_leaves_one_step_is_made_again_by_the_step_before():
    press = loop((C, D), kind="production", supplier="acme/press/line-1/st-01", consumer=SUPPLIER)
    floor = Floor(bolt=loop((A, B), releases="press"), press=press)
    floor.tap(10, "signal", A)
    assert floor.queue("acme/press/line-1/st-01") == []
    shipped = floor.tap(20, "ship", A)
    assert floor.queue("acme/press/line-1/st-01") == [shipped]
    floor.tap(30, "ship", C, station="acme/press/line-1/st-01")
    assert floor.queue("acme/press/line-1/st-01") == []
    assert floor.signal(C)["source"] == "chained"
    assert floor.findings() == []


def test_a_signal_from_outside_is_one_of_the_same_queue():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.decide(5, "signal.given", loop="bolt", reference="till 7")
    assert floor.queue() == ["till 7", A]
    floor.tap(20, "ship", B)
    floor.tap(40, "receive", B)
    assert floor.queue() == [A]
    assert (floor.loop()["open"], floor.findings()) == (1, [])


def test_only_good_parts_move_on_and_a_defect_is_no_signal():
    floor = Floor()
    floor.decide(5, "container.held", card=A, reason="burr")
    floor.tap(10, "signal", A)
    assert (floor.state(), floor.queue(), floor.findings()) == ("on_hold", [], ["tap_on_hold"])
    floor.decide(20, "container.released", card=A, reason="sorted")
    assert floor.state() == "full"
    floor.tap(30, "signal", A)
    assert floor.queue() == [A]


def test_a_loose_signal_takes_its_place_when_its_time_is_known():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.tap(500, "signal", B, loose=True, boot=3, uptime=1_000, journal="x")
    assert floor.queue() == [A]
    floor.kanban.apply(placed(9, "x", boot=3, began=DAY + 4_000))
    assert floor.queue() == [B, A]
    assert floor.signal(B)["given_at"] == DAY + 5_000


def test_taps_without_a_clock_happen_in_their_own_order_when_their_time_is_known():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.tap(60, "receive", A)
    floor.tap(500, "ship", A, loose=True, boot=3, uptime=1_000, journal="x", sequence=1)
    assert floor.lasting() == ["out_of_order"]
    floor.kanban.apply(placed(9, "x", boot=3, began=DAY + 49_000))
    assert (floor.lasting(), floor.state(), floor.signal()["shipped_at"]) == ([], "full", DAY + 50_000)


@pytest.mark.parametrize(("journal", "at"), [("x", 561), ("another", 1_101)])
def test_a_tap_that_nobody_can_place_counts_at_its_receipt_some_time_later(journal, at):
    floor = Floor()
    floor.tap(500, "signal", B, loose=True, boot=3, uptime=1_000, journal="x", sequence=1)
    floor.tap(at - 1, "signal", A, journal=journal)
    assert floor.queue() == [A]
    floor.tap(at, "signal", C, journal=journal)
    assert floor.queue() == [B, A, C]
    floor.kanban.apply(placed(9, "x", boot=3, began=DAY + 2_000_000))
    assert floor.queue() == [A, C, B]


# Plant files that change


def test_cards_that_stay_keep_their_state_when_the_plant_changes():
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.tap(11, "signal", B)
    floor.declare(20, bolt=loop((A, C, D), quantity=50))
    assert [floor.state(card) for card in (A, B, C, D)] == ["released", "retired", "full", "full"]
    assert (floor.loop()["total"], floor.loop()["full"], floor.loop()["open"]) == (3, 2, 1)
    assert (floor.loop()["quantity"], floor.loop()["since"]) == (50, DAY)
    assert floor.queue() == [A]


def test_a_loop_that_is_gone_is_over_and_comes_back_as_new():
    floor = Floor()
    floor.declare(20)
    assert (floor.loop()["ended_at"], floor.state()) == (DAY + 20_000, "retired")
    floor.tap(30, "signal", A)
    assert floor.findings() == ["unknown_card"]
    floor.declare(40, bolt=loop())
    assert (floor.loop()["total"], floor.loop()["full"], floor.state()) == (3, 3, "full")


@pytest.mark.parametrize("decision", ["card.lost", "card.retired"])
def test_a_card_that_is_out_takes_its_signal_with_it(decision):
    floor = Floor()
    floor.tap(10, "signal", A)
    floor.decide(20, decision, card=A, reason="not found in the audit")
    assert floor.queue() == []
    assert (floor.loop()["total"], floor.loop()["full"], floor.loop()["open"]) == (2, 2, 0)
    floor.tap(30, "signal", A, station=CONSUMER)
    assert floor.findings() == ["lost_card_found" if decision == "card.lost" else "unknown_card"]
    assert floor.loop()["total"] == (3 if decision == "card.lost" else 2)
