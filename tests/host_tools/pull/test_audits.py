"""A walk round with a reader: what was seen, what was not, and what lies in the wrong place."""

from tests.host_tools.pull.a_plant import CONSUMER, SUPPLIER, A, B, C, D, Floor, loop


def walk(floor, seen, loops=()):
    floor.decide(100, "audit.started", audit="week-47", loops={"names": list(loops)})
    for at, (card, place) in enumerate(seen, 101):
        floor.decide(at, "audit.seen", audit="week-47", card=card, place=place)
    floor.decide(200, "audit.ended", audit="week-47")
    return {row["card"]: row["verdict"] for row in floor.kanban.audits.seen._rows.values()}


def test_cards_that_are_where_their_state_says_are_right():
    floor = Floor()
    floor.tap(10, "signal", B)
    floor.tap(20, "signal", C)
    assert walk(floor, [(A, CONSUMER), (B, SUPPLIER), (C, "")]) == {A: "right", B: "right", C: "right"}
    audit = floor.kanban.audits.audits.get("week-47")
    assert (audit["expected"], audit["missing"]) == (3, 0)
    assert floor.findings() == []


def test_a_card_that_was_not_seen_is_missing_until_it_moves():
    floor = Floor()
    assert walk(floor, [(A, CONSUMER), (B, CONSUMER)])[C] == "missing"
    assert floor.lasting() == ["missing_in_audit"]
    floor.tap(300, "signal", C)
    assert floor.lasting() == []


def test_a_full_card_at_the_supplier_is_in_the_wrong_place():
    floor = Floor()
    verdicts = walk(floor, [(A, SUPPLIER), (B, CONSUMER), (C, CONSUMER)])
    assert verdicts[A] == "wrong_place"
    assert floor.findings() == ["audit_wrong_place"]


def test_a_lost_card_that_is_seen_and_one_that_nobody_knows_are_told_apart():
    floor = Floor()
    floor.decide(50, "card.lost", card=A, reason="")
    verdicts = walk(floor, [(A, CONSUMER), ("04ffffffffff01", CONSUMER), (B, CONSUMER), (C, CONSUMER)])
    assert (verdicts[A], verdicts["04ffffffffff01"]) == ("should_be_out", "unknown")
    assert floor.findings() == ["audit_should_be_out"]
    assert floor.kanban.audits.audits.get("week-47")["expected"] == 2


def test_an_audit_of_some_loops_misses_no_card_of_others():
    floor = Floor(bolt=loop((A, B)), nut=loop((C, D)))
    assert walk(floor, [(A, CONSUMER)], loops=["bolt"]) == {A: "right", B: "missing"}


def test_what_is_seen_after_the_end_is_told_and_counts_for_nothing():
    floor = Floor()
    walk(floor, [(A, CONSUMER), (B, CONSUMER), (C, CONSUMER)])
    floor.decide(300, "audit.seen", audit="week-47", card=A, place=SUPPLIER)
    floor.decide(301, "audit.seen", audit="week-48", card=A, place=SUPPLIER)
    assert floor.findings() == ["unknown_audit", "unknown_audit"]
