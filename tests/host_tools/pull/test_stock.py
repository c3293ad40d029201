"""Recorded stock: containers, loose pieces and counts, one purchase at the dip, and the turns of a span."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pullcord.pull.spans import Span
from pullcord.pull.stock_days import DAY_MS, turns
from tests.host_tools.pull.a_plant import A, B, C, D, Floor, loop
from tests.host_tools.pull.entries import DAY

E = "04a1b2c3d40005"
OFFER = {"part_number": "FH-8830", "pack": 250, "price": None, "lead_time_days": None}
ITEM = {"name": "Bolt", "demand": None, "price": None, "week_without": None, "risks": [], "policy": None}
CALENDAR = {"time_zone": "UTC", "closed": [], "shifts": {}}


def item(**stock):
    return ITEM | {"stock": {"reorder_point": None, "safety": 0, "target": None} | stock}


def supplier(days=5, **offer):
    return {"name": "Fastener House", "lead_time_days": days, "items": {"bolt": OFFER | offer}}


class Store(Floor):
    """Five containers of 100 bolts, bought at 300 pieces."""

    def __init__(self, cards=(A, B, C, D, E), bolt=None, **suppliers):
        self._plant = {
            "format": 2,
            "calendar": CALENDAR,
            "items": {"bolt": bolt or item(reorder_point=300, target=1000)},
            "suppliers": suppliers or {"fastener-house": supplier()},
            "loops": {"bolt": loop(cards, kind="supplier", supplier="fastener-house", quantity=100, ships=False)},
        }
        super().__init__()

    def declare(self, at, **loops):
        self.decide(at, "plant.declared", hash="x", plant=self._plant)

    @property
    def stock(self):
        return self.kanban.stock.items.get("bolt")

    def proposals(self):
        rows = self.kanban.stock.orders.proposals._rows.values()
        return [(row["quantity"], row["outcome"]) for row in rows]

    def order(self, at, number="PO-1", quantity=750, due_at=None):
        said = {"item": "bolt", "supplier": "fastener-house", "quantity": quantity, "due_at": due_at}
        self.decide(at, "order.placed", order=number, **said)

    def orders(self):
        return list(self.kanban.stock.orders.orders._rows.values())


def test_the_record_is_what_full_containers_hold():
    store = Store()
    assert store.stock["recorded"] == 500
    store.tap(10, "signal", A)
    assert store.stock["recorded"] == 400
    store.tap(20, "receive", A)
    assert store.stock["recorded"] == 500


def test_one_purchase_is_proposed_at_the_dip_and_none_at_the_taps_after_it():
    store = Store()
    for at, card in ((10, A), (20, B), (30, C), (40, D)):
        store.tap(at, "signal", card)
        assert len(store.proposals()) == (at >= 20)
    (row,) = store.kanban.stock.orders.proposals.open()
    # 1000 less 300 recorded are 700: three packs of 250
    assert (row["quantity"], row["pack"], row["recorded"], row["supplier"], row["part_number"]) == (
        750, 250, 300, "fastener-house", "FH-8830",
    )  # fmt: skip


def test_an_order_closes_the_proposal_and_the_taps_of_its_containers_fill_the_order():
    store = Store()
    store.tap(10, "signal", A)
    store.tap(20, "signal", B)
    store.order(30, quantity=200)
    assert store.proposals() == [(750, "ordered")]
    (order,) = store.orders()
    assert order["due_at"] - order["placed_at"] == 5 * DAY_MS
    store.tap(40, "signal", C)
    store.tap(50, "receive", A)
    assert store.orders()[0]["received"] == 100
    assert len(store.proposals()) == 1
    store.tap(60, "receive", B)
    assert (store.orders()[0]["outcome"], store.stock["recorded"]) == ("received", 400)
    store.tap(70, "signal", A)
    assert store.proposals() == [(750, "ordered"), (750, None)]


def test_what_came_and_was_too_little_is_told_again():
    store = Store()
    for at, card in ((10, A), (20, B), (30, C)):
        store.tap(at, "signal", card)
    store.order(35, quantity=100)
    store.tap(40, "receive", A)
    assert store.proposals() == [(750, "ordered"), (750, None)]


def test_a_dropped_proposal_comes_back_only_after_the_stock_was_above_the_point():
    store = Store()
    store.tap(10, "signal", A)
    store.tap(20, "signal", B)
    (row,) = store.kanban.stock.orders.proposals.open()
    store.decide(25, "proposal.dropped", proposal=row["proposal"], reason="discontinued")
    store.tap(30, "signal", C)
    assert store.proposals() == [(750, "dropped")]
    store.tap(40, "receive", A)
    store.tap(41, "receive", B)
    store.tap(50, "signal", A)
    assert [outcome for _, outcome in store.proposals()] == ["dropped", None]


def test_a_proposal_that_was_filled_without_an_order_is_over():
    store = Store()
    store.tap(10, "signal", A)
    store.tap(20, "signal", B)
    store.tap(30, "receive", A)
    assert store.proposals() == [(750, "filled")]


def test_goods_without_cards_come_and_go_by_order_and_issue():
    store = Store(cards=(), bolt=item(reorder_point=100, target=500))
    assert (store.stock["recorded"], store.proposals()) == (0, [(500, None)])
    store.order(10, quantity=500)
    store.decide(20, "order.received", order="PO-1", quantity=200)
    assert (store.stock["recorded"], store.orders()[0]["outcome"]) == (200, None)
    store.decide(30, "order.received", order="PO-1", quantity=300)
    assert (store.stock["recorded"], store.orders()[0]["outcome"]) == (500, "received")
    store.decide(40, "stock.issued", item="bolt", quantity=420, reference="job 7")
    assert (store.stock["recorded"], store.proposals()[-1]) == (80, (500, None))


def test_orders_that_make_no_sense_are_told():
    store = Store()
    store.order(10)
    store.order(11)
    store.decide(12, "order.received", order="PO-9", quantity=1)
    store.decide(13, "order.cancelled", order="PO-9", reason="")
    store.decide(14, "proposal.dropped", proposal="x", reason="")
    assert store.findings() == ["order_known", "unknown_order", "unknown_order", "unknown_proposal"]


def test_a_count_corrects_the_record_with_its_reason_and_accuracy_is_known():
    store = Store()
    store.decide(10, "stock.counted", item="bolt", counted=500, reason="yearly count")
    store.decide(20, "stock.counted", item="bolt", counted=450, reason="a box fell down")
    stock = store.stock
    assert (stock["recorded"], stock["loose"]) == (450, -50)
    assert (stock["counts"], stock["hits"], stock["errors"], stock["counted"]) == (2, 1, 50, 950)
    told = [(row["difference"], row["reason"]) for row in store.kanban.stock.counts._rows.values()]
    assert told == [(0, "yearly count"), (-50, "a box fell down")]
    store.tap(30, "signal", A)
    assert store.stock["recorded"] == 350


def test_a_count_that_shows_too_little_raises_the_purchase():
    store = Store()
    store.decide(10, "stock.counted", item="bolt", counted=290, reason="stolen")
    assert store.proposals() == [(750, None)]


def test_a_policy_is_a_persons_decision():
    store = Store()
    store.decide(10, "item.policy", item="bolt", policy="buffered", reason="one supplier")
    stock = store.stock
    assert (stock["policy"], stock["policy_by"], stock["policy_reason"]) == ("buffered", "maria", "one supplier")


def test_without_a_reorder_point_it_is_demand_over_the_lead_time_and_the_safety_stock():
    demanded = item(safety=50) | {"demand": {"pieces": 700, "each": "week"}}
    store = Store(bolt=demanded)  # 100 a day, 5 days
    assert (store.stock["reorder_point"], store.stock["target"]) == (550, 1050)


def test_the_first_supplier_in_the_file_is_the_usual_one_and_an_items_own_lead_time_counts():
    store = Store(near=supplier(9, pack=10, lead_time_days=2, part_number="N-1"), far=supplier(1))
    stock = store.stock
    assert (stock["supplier"], stock["part_number"], stock["promised_ms"]) == ("near", "N-1", 2 * DAY_MS)


def test_another_quantity_in_the_plant_file_is_another_record():
    store = Store()
    store._plant["loops"]["bolt"] |= {"quantity": 60}
    store.declare(10)
    assert (store.stock["recorded"], store.proposals()) == (300, [(750, None)])


def test_a_move_from_the_store_to_the_line_is_no_consumption():
    press = "acme/press/line-1/st-01"
    made = loop((C, D), kind="production", supplier=press)
    floor = Floor(bolt=loop((A, B), releases="made"), made=made)
    floor.tap(10, "signal", A)
    floor.tap(20, "ship", A)
    floor.tap(30, "receive", A)
    (day,) = floor.kanban.stock.days.days.open()
    assert (day["consumed"], floor.kanban.stock.items.get("bolt")["recorded"]) == (20, 60)


# Turns


def test_turns_are_throughput_over_average_stock():
    # 400 pieces on hand, 100 of them taken and replaced on each of 10 days, half a day later: 350 on average
    rows = [{"day": 0, "moved": 400, "weight": 400 * DAY_MS, "consumed": 0, "received": 0}]
    rows += [
        {"day": n * DAY_MS, "moved": 0, "weight": -100 * DAY_MS // 2, "consumed": 100, "received": 100}
        for n in range(1, 11)
    ]
    found = turns(rows, Span(DAY_MS, 11 * DAY_MS))
    assert (found.consumed, found.received, found.average) == (1_000, 1_000, 350)
    assert found.turns == pytest.approx(1_000 / 350)
    assert found.a_year == pytest.approx(1_000 / 350 * 36.5)


def test_an_hour_does_not_speak_for_a_year():
    rows = [{"day": 0, "moved": 400, "weight": 400 * DAY_MS, "consumed": 100, "received": 0}]
    found = turns(rows, Span(0, DAY_MS // 24))
    assert (found.consumed, found.a_year) == (100, None)
    assert turns(rows, Span(0, 7 * DAY_MS)).a_year is not None


def test_without_stock_there_are_no_turns():
    assert turns([], Span(0, DAY_MS)).turns is None


@given(st.lists(st.tuples(st.integers(0, 5 * DAY_MS - 1), st.integers(-50, 50)), max_size=20), st.randoms())
def test_the_average_is_the_same_in_whatever_order_changes_come(changes, chance):
    store = Store(cards=())
    moves = [(DAY + at, change) for at, change in changes]
    chance.shuffle(moves)
    for at, change in moves:
        store.kanban.stock.days.book("nut", store.entries[0]._replace(at=at), moved=change)
    rows = [row for row in store.kanban.stock.days.days._rows.values() if row["item"] == "nut"]
    end = DAY + 5 * DAY_MS - 1
    found = turns(rows, Span(DAY, end))
    assert found.average == pytest.approx(sum(change * (end - at) for at, change in moves) / (end - DAY))
