"""A week of the two-line shop: what the plant finds is what the script says, reckoned here from the script alone."""

import sqlite3
from collections import Counter, deque
from statistics import mean

import pytest

from pullcord.line.loop_figures import LoopFigures
from pullcord.line.stock_figures import StockFigures
from pullcord.pull.projections import all_of_them
from pullcord.pull.spans import Span
from tests.host_tools.line.databases import tables
from tests.host_tools.pull.a_week import (
    CARDS,
    CUT_OFF,
    DAY,
    FIT,
    GRINDER,
    HOUR,
    LOST,
    MILL,
    MONDAY,
    ORDERED,
    PRESS,
    QUANTITY,
    SPARE,
)

END = MONDAY + 5 * DAY
LOOP_OF = {card: loop for loop, cards in CARDS.items() for card in cards} | {SPARE: "housing"}
ITEM_OF = {"housing": "housing", "casting": "casting", "shaft": "shaft", "bolt": "bolt-m8"}


@pytest.fixture(scope="module")
def loops(shop):
    return LoopFigures(shop.figures)


@pytest.fixture(scope="module")
def stock(shop):
    return StockFigures(shop.figures)


def taps(script, loop, reader):
    """(moment, card) in order of time."""
    return [(s.at, s.data) for s in script.steps if s.do == "tap" and s.what == reader and LOOP_OF[s.data] == loop]


def trips(script, loop):
    """(given, received or None): each tap as empty, and the next receipt of the same card."""
    given = taps(script, loop, "empty")
    given += [(s.at, s.data["replaced_by"]) for s in script.steps if s.what == "card.replaced" and loop == "housing"]
    filled = taps(script, loop, "filled")
    return sorted((at, next((back for back, card in filled if card == uid and back > at), None)) for at, uid in given)


def made(script):
    """What leaves the mill's store is made again, first come, first made."""
    left = deque(at for at, _ in taps(script, "housing", "out"))
    done = [(left.popleft(), back) for back, _ in taps(script, "housing-made", "filled")]
    return sorted(done + [(at, None) for at in left], key=lambda trip: trip[0])


def is_lost(given, back):
    return back is None and 3 * DAY + 10 * HOUR < given - MONDAY < 4 * DAY


def signals(shop, loop):
    rows = [row for row in shop.figures.rows("signals") if row["loop"] == loop]
    return sorted((row["given_at"], row["received_at"]) for row in rows)


def outs(moves, cards):
    """When no container was full: from (moment, +1 or -1)."""
    full, found, since = cards, [], None
    for at, change in sorted(moves):
        full += change
        if full == 0 and since is None:
            since = at
        elif full > 0 and since is not None:
            found.append((since, at))
            since = None
    return found


# The script itself


def test_the_script_has_in_it_what_a_week_should_have(script):
    assert len(script.steps) > 5_000
    kinds = Counter((call.station, call.category) for call in script.calls)
    assert kinds[PRESS, "quality"] > 30 and kinds[FIT, "quality"] > 30
    assert kinds[PRESS, "material"] >= 1 and kinds[GRINDER, "maintenance"] == 1
    during = [step for step in script.steps if step.station == PRESS and CUT_OFF[0] < step.at - MONDAY < CUT_OFF[1]]
    assert Counter(step.do for step in during)["tap"] == 4


# Loops


@pytest.mark.parametrize("loop", ["housing", "shaft", "bolt", "casting"])
def test_every_container_was_away_for_as_long_as_the_taps_say(script, shop, loop):
    assert signals(shop, loop) == trips(script, loop)


def test_every_withdrawal_was_made_again_in_its_turn(script, shop):
    assert [trip[0] for trip in signals(shop, "housing-made")] == [trip[0] for trip in made(script)]
    known = sorted(back - given for given, back in made(script) if back)
    assert sorted(back - given for given, back in signals(shop, "housing-made") if back) == known


def test_shafts_were_released_in_batches_and_shipped_in_the_order_of_their_signals(script, shop):
    rows = [row for row in shop.figures.rows("signals") if row["loop"] == "shaft" and row["released_at"]]
    sizes = Counter(row["batch"] for row in rows)
    assert set(sizes.values()) <= {1, 2, 3, 4} and Counter(sizes.values())[4] > 10
    shipped = [row for row in sorted(rows, key=lambda row: row["given_at"]) if row["shipped_at"]]
    assert [row["shipped_at"] for row in shipped] == [at for at, _ in taps(script, "shaft", "out")]


@pytest.mark.parametrize(("loop", "cards"), [("casting", 5), ("shaft", 6), ("bolt", 2)])
def test_loops_ran_out_when_no_container_was_full(script, loops, loop, cards):
    moves = [(at, -1) for at, _ in taps(script, loop, "empty")] + [(at, 1) for at, _ in taps(script, loop, "filled")]
    told = [row for row in loops.findings(every=True, limit=9_999) if (row["kind"], row["loop"]) == ("stock_out", loop)]
    assert sorted((row["at"], row["cleared_at"]) for row in told) == outs(moves, cards)
    replayed = loops.one_fewer(loop, END)
    assert [tuple(span) for span in replayed["stock_outs"]] == outs(moves, cards)


def test_cards_are_at_the_end_where_the_taps_left_them(script, loops):
    last = {}
    for step in script.steps:
        if step.do == "tap":
            last[step.data] = step.what
    for loop in ("housing", "bolt", "casting"):
        found = {card["card"]: card["state"] for card in loops.loop(loop, END)["cards"]}
        full = {card for card in found if last.get(card, "filled") == "filled" and card != LOST}
        assert {card for card, state in found.items() if state == "full"} == full, loop
    assert {card["state"] for card in loops.loop("housing", END)["cards"] if card["card"] == LOST} == {"retired"}
    assert loops.loop("housing", END)["total"] == 4


def test_a_card_behind_a_shelf_is_overdue_until_it_is_declared_lost(script, loops):
    fell = max(at for at, card in taps(script, "housing", "empty") if card == LOST)
    (late,) = [
        row for row in loops.findings(every=True, limit=9_999) if (row["kind"], row["card"]) == ("card_overdue", LOST)
    ]
    assert fell < late["at"] < late["cleared_at"] == MONDAY + 4 * DAY + 8 * HOUR
    assert late["detail"]["moved_at"] == fell


def test_nothing_else_is_said_to_be_wrong_than_what_was(script, loops):
    told = loops.findings(every=True, limit=9_999)
    kinds = {row["kind"] for row in told}
    assert kinds == {
        "stock_out", "run_out_expected", "card_overdue", "without_signal", "out_of_order", "not_in_order", "cloned_uid",
        "wrong_place",
    }  # fmt: skip
    (stray,) = [step for step in script.steps if step.do == "stray"]
    assert [(row["card"], row["at"]) for row in told if row["kind"] in ("cloned_uid", "wrong_place")] == [
        (stray.data, stray.at)
    ] * 2
    # the mill shipped for signals that the cut-off station told later, and told itself of a shipment after its receipt
    explained = [row for row in told if row["kind"] in ("without_signal", "out_of_order")]
    assert all(row["cleared_at"] is not None for row in explained)
    passed = [(row["card"], row["cleared_at"]) for row in told if row["kind"] == "not_in_order"]
    assert passed == [(LOST, MONDAY + 4 * DAY + 8 * HOUR)]


def test_the_material_call_is_linked_with_the_card_that_the_foundry_was_late_with(script, loops):
    (call,) = [call for call in script.calls if call.category == "material"]
    (found,) = loops.material_calls(Span(MONDAY, END))
    assert found["called_at"] == call.called
    housing = found["late_cards"][0]
    waiting = [(given, back) for given, back in trips(script, "housing") if given <= call.called < (back or END)]
    assert (housing["loop"], housing["is_out"], housing["given_at"]) == ("housing", True, min(waiting)[0])
    (casting,) = [late for late in housing["because"] if late["supplier"] == "foundry"]
    open_then = [given for given, back in trips(script, "casting") if given <= call.called < (back or END)]
    assert casting["given_at"] == min(open_then)


def test_the_shop_was_warned_of_the_castings_before_they_ran_out(script, loops):
    (call,) = [call for call in script.calls if call.category == "material"]
    told = [row for row in loops.findings(every=True, limit=9_999) if row["kind"] == "run_out_expected"]
    castings = [row["at"] for row in told if row["loop"] == "casting" and row["at"] < call.called]
    moves = [(at, -1) for at, _ in taps(script, "casting", "empty")]
    moves += [(at, 1) for at, _ in taps(script, "casting", "filled")]
    ran_out = [begin for begin, _ in outs(moves, 5) if MONDAY + 3 * DAY < begin < call.called]
    assert castings and castings[0] < ran_out[0]


# Stock and suppliers


def test_the_record_is_what_the_taps_and_the_count_left(script, stock):
    found = {row["item"]: row for row in stock.stock(END)}
    for loop, item in ITEM_OF.items():
        pieces = len(taps(script, loop, "empty")) * QUANTITY[loop]
        assert found[item]["turns"]["consumed"] == pieces, item
    counted_at = next(step.at for step in script.steps if step.what == "stock.counted")
    emptied = sum(at > counted_at for at, _ in taps(script, "bolt", "empty"))
    filled = sum(at > counted_at for at, _ in taps(script, "bolt", "filled"))
    assert found["bolt-m8"]["recorded"] == 940 + 500 * (filled - emptied)
    away = sum(back is None for _, back in trips(script, "casting"))
    assert found["casting"]["recorded"] == (5 - away) * 100


def test_accuracy_is_told_by_the_count(script, stock):
    counted_at = next(step.at for step in script.steps if step.what == "stock.counted")
    full = 2 + sum(1 for at, _ in taps(script, "bolt", "filled") if at < counted_at)
    full -= sum(1 for at, _ in taps(script, "bolt", "empty") if at < counted_at)
    (count,) = stock.counts("bolt-m8")
    assert (count["recorded"], count["difference"]) == (full * 500, 940 - full * 500)
    found = next(row["accuracy"] for row in stock.stock(END) if row["item"] == "bolt-m8")
    assert found["pieces"] == max(0, 1 - abs(940 - full * 500) / 940)


def test_one_purchase_was_proposed_at_each_dip(script, stock):
    """Two boxes of 500 and a point of 500: each box that is emptied while none is on order."""
    order = MONDAY + ORDERED
    boxes = [back for given, back in trips(script, "bolt") if back and back > order][:2]
    emptied = [at for at, _ in taps(script, "bolt", "empty") if not order < at < boxes[1]]
    found = [row["at"] for row in stock.proposals(every=True) if row["item"] == "bolt-m8"]
    assert found[: len([at for at in emptied if at < order])] == [at for at in emptied if at < order]
    assert not [at for at in found if order < at < boxes[1]]
    (row,) = stock.orders(every=True)
    assert (row["received"], row["outcome"], row["closed_at"]) == (1000, "received", boxes[1])
    assert row["due_at"] == order + DAY // 2


def test_suppliers_are_known_by_what_they_did(script, stock):
    found = {row["supplier"]: row for row in stock.suppliers(END)}
    done = [(back - given) / DAY for given, back in trips(script, "casting") if back]
    foundry = found["foundry"]
    assert (foundry["delivered"], foundry["mean_days"]) == (len(done), pytest.approx(mean(done)))
    waiting = [given for given, back in trips(script, "casting") if not back and END - given > DAY]
    assert sorted(one["asked_at"] for one in foundry["late"]) == waiting
    assert foundry["on_time"] == pytest.approx(sum(days <= 1 for days in done) / (len(done) + len(waiting)))


# Calls, stops and cycles


def test_every_call_and_stop_has_the_times_of_the_script(script, shop):
    rows = {(row["station"], row["called_at"]): row for row in shop.figures.calls(Span(MONDAY, END))}
    assert len(rows) == len(script.calls)
    for call in script.calls:
        row = rows[call.station, call.called]
        assert (row["category"], row["acknowledged_at"], row["resolved_at"], row["cancelled_at"]) == (
            call.category, call.acknowledged, call.resolved, call.cancelled,
        )  # fmt: skip
    stops = sorted((row["station"], row["stopped_at"], row["restarted_at"]) for row in shop.figures.rows("stops"))
    assert stops == sorted((call.station, call.stopped, call.restarted) for call in script.calls if call.stopped)


@pytest.mark.parametrize("station", [PRESS, FIT])
def test_every_cycle_is_counted_in_its_quarter(script, shop, station):
    pulses = [step.at for step in script.steps if (step.station, step.what) == (station, "cycle")]
    quarters = Counter(at - at % (HOUR // 4) for at in pulses[1:])  # the first pulse only starts the count
    rows = [row for row in shop.figures.rows("cycles") if row["station"] == station and row["count"]]
    assert {row["quarter"]: row["count"] for row in rows} == quarters


def test_mill_taps_without_a_clock_have_their_true_times(script, shop):
    known = [step.at for step in script.steps if step.do == "tap" and step.station == MILL]
    query = "select true_time from events where source = ? and type like '%kanban.tapped%' order by sequence"
    with sqlite3.connect(shop.store.place.file) as connection:
        found = [row[0] for row in connection.execute(query, (f"/{MILL}",))]
    assert found == known


# The log is the truth


def test_folded_from_the_start_the_week_is_the_same(shop):
    live = tables(shop.store)
    projector = shop.store.projector(all_of_them())
    projector.open()
    projector.rebuild()
    while not projector.catch_up(700).done:
        assert projector.trouble == {}
    assert tables(shop.store) == live
