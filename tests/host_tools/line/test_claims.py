"""How the recorder notices that its database knows less than somebody was told."""

from pullcord.line.claims import SETTLE_MS, Claim, Claims, Hole
from tests.host_tools.line.events import JOURNAL


def test_our_own_receipt_says_nothing_new():
    assert Claims().from_receipt(JOURNAL, {"through": 7, "epoch": 2}, known=7, epoch=2) is None


def test_a_receipt_that_knows_more_is_of_a_lost_database():
    claim = Claims().from_receipt(JOURNAL, {"through": 8, "epoch": 2}, known=7, epoch=2)
    assert claim == Claim(JOURNAL, 8, 2)


def test_a_receipt_of_a_later_epoch_is_of_a_lost_database():
    claim = Claims().from_receipt(JOURNAL, {"through": 3, "epoch": 3}, known=7, epoch=2)
    assert claim == Claim(JOURNAL, 3, 3)


def test_a_station_that_was_told_more_is_as_good_as_a_receipt():
    said = {"name": JOURNAL, "through": 9, "epoch": 4}
    assert Claims().from_state(said, known=0, epoch=1) == Claim(JOURNAL, 9, 4)
    assert Claims().from_state({"name": JOURNAL, "through": 0}, known=0, epoch=1) is None


def test_a_hole_is_one_only_when_it_stays():
    claims = Claims()
    said = {"name": JOURNAL, "first": 5}
    assert claims.hole(0, said, known=1) is None
    assert claims.hole(SETTLE_MS - 1, said, known=1) is None
    assert claims.hole(SETTLE_MS, said, known=1) == Hole(JOURNAL, 4)


def test_progress_starts_the_wait_again():
    claims = Claims()
    said = {"name": JOURNAL, "first": 5}
    claims.hole(0, said, known=1)
    assert claims.hole(SETTLE_MS, said, known=2) is None
    assert claims.hole(2 * SETTLE_MS, said, known=2) == Hole(JOURNAL, 4)


def test_what_the_station_keeps_is_no_hole():
    claims = Claims()
    for now in (0, SETTLE_MS, 2 * SETTLE_MS):
        assert claims.hole(now, {"name": JOURNAL, "first": 2}, known=1) is None
        assert claims.hole(now, {"name": JOURNAL}, known=0) is None
