"""Portable: which event goes out next."""

from station.core.delivery import Delivery


def connected(newest, through=0, **options):
    delivery = Delivery(**options)
    delivery.appended(newest)
    delivery.connected(0, through)
    return delivery


def flush(delivery, now, acked=False):
    """Send all that is due; the sequences that went out."""
    sent = []
    sequence = delivery.due(now)
    while sequence is not None:
        delivery.sent(now, sequence)
        if acked:
            delivery.acked(now, sequence)
        sent.append(sequence)
        sequence = delivery.due(now)
    return sent


def test_nothing_goes_out_without_a_connection():
    delivery = Delivery()
    delivery.appended(3)
    assert delivery.due(0) is None
    assert delivery.wait_ms(0) == 60000


def test_events_go_out_in_order_from_the_first_that_is_not_receipted():
    assert flush(connected(newest=7, through=4), 0) == [5, 6, 7]


def test_a_window_is_in_flight_until_the_broker_acknowledges():
    delivery = connected(newest=30)
    assert flush(delivery, 0) == list(range(1, 17))
    delivery.acked(1, 3)
    assert flush(delivery, 1) == [17]


def test_never_more_than_64_beyond_the_receipt():
    delivery = connected(newest=200)
    assert flush(delivery, 0, acked=True) == list(range(1, 65))
    delivery.receipt(1, 10)
    assert flush(delivery, 1, acked=True) == list(range(65, 75))


def test_a_new_connection_sends_again_what_was_not_receipted():
    delivery = connected(newest=5)
    flush(delivery, 0, acked=True)
    delivery.receipt(1, 2)
    delivery.disconnected(2)
    assert delivery.due(3) is None
    delivery.connected(4, 2)
    assert flush(delivery, 4) == [3, 4, 5]


def test_another_recorder_session_sends_again_and_the_same_does_not():
    delivery = connected(newest=3)
    delivery.session(0, "a")
    flush(delivery, 0, acked=True)
    delivery.session(1, "a")
    assert delivery.due(1) is None
    delivery.session(2, "b")
    assert flush(delivery, 2) == [1, 2, 3]


def test_the_first_session_heard_of_may_have_missed_what_was_sent_before():
    delivery = connected(newest=3)
    flush(delivery, 0, acked=True)
    delivery.session(1, "a")
    assert flush(delivery, 1) == [1, 2, 3]


def test_without_a_receipt_it_sends_again_after_10_20_40_60_and_60_seconds():
    delivery = connected(newest=1)
    now = 0
    for wait_s in (10, 20, 40, 60, 60):
        assert flush(delivery, now, acked=True) == [1]
        assert delivery.wait_ms(now) == wait_s * 1000
        now += wait_s * 1000
        assert delivery.due(now - 1) is None
    assert delivery.due(now) == 1


def test_a_receipt_with_progress_brings_the_first_wait_back():
    delivery = connected(newest=2)
    flush(delivery, 0, acked=True)
    assert flush(delivery, 10000, acked=True) == [1, 2]
    delivery.receipt(11000, 1)
    assert delivery.due(20999) is None
    assert delivery.due(21000) == 2


def test_a_receipt_that_says_nothing_new_does_not():
    delivery = connected(newest=2, through=1)
    flush(delivery, 0, acked=True)
    delivery.receipt(9000, 1)
    assert delivery.due(10000) == 2


def test_patience_starts_with_the_event_and_not_with_the_last_receipt():
    delivery = connected(newest=1)
    flush(delivery, 0, acked=True)
    delivery.receipt(5, 1)
    delivery.appended(2)
    assert flush(delivery, 3600000, acked=True) == [2]
    assert delivery.due(3609999) is None
    assert delivery.due(3610000) == 2


def test_lost_acknowledgements_do_not_hold_it_up_for_ever():
    delivery = connected(newest=20)
    assert len(flush(delivery, 0)) == 16
    assert flush(delivery, 10000)[0] == 1


def test_a_lower_receipt_of_a_new_epoch_goes_back():
    delivery = connected(newest=9, through=6)
    assert flush(delivery, 0, acked=True) == [7, 8, 9]
    delivery.receipt(1, 3)
    assert flush(delivery, 1) == [4, 5, 6, 7, 8, 9]


def test_a_receipt_also_frees_the_window():
    delivery = connected(newest=40)
    flush(delivery, 0)
    delivery.receipt(1, 16)
    assert flush(delivery, 1) == list(range(17, 33))


def test_a_receipt_from_beyond_what_was_sent_is_believed():
    delivery = connected(newest=9)
    delivery.receipt(0, 7)
    assert flush(delivery, 0) == [8, 9]


def test_events_that_are_erased_are_skipped_however_many():
    delivery = connected(newest=303)
    for erased in range(1, 301):
        assert delivery.due(0) == erased
        delivery.skipped(0, erased)
    assert flush(delivery, 0) == [301, 302, 303]


def test_a_damaged_event_between_others_is_left_out():
    delivery = connected(newest=3)
    delivery.sent(0, delivery.due(0))
    delivery.skipped(0, delivery.due(0))
    assert flush(delivery, 0) == [3]
    assert delivery.through == 0
    delivery.receipt(1, 1)
    assert delivery.due(10001) == 2
    delivery.skipped(10001, 2)
    assert flush(delivery, 10001) == [3]
    assert delivery.through == 2


def test_waits_until_something_becomes_due_and_never_longer_than_a_minute():
    delivery = connected(newest=0)
    assert delivery.wait_ms(0) == 60000
    delivery.appended(1)
    assert delivery.wait_ms(0) == 0
    flush(delivery, 0)
    assert delivery.wait_ms(4000) == 6000
    assert delivery.wait_ms(99999) == 0


def test_a_broker_that_is_trusted_gives_receipts_in_order():
    delivery = connected(newest=3, trust_broker=True)
    flush(delivery, 0)
    assert not delivery.acked(1, 2)
    assert delivery.through == 0
    assert delivery.acked(2, 1)
    assert delivery.through == 2
    assert delivery.acked(3, 3)
    assert delivery.through == 3


def test_a_broker_that_is_not_trusted_gives_none():
    delivery = connected(newest=1)
    flush(delivery, 0)
    assert not delivery.acked(1, 1)
    assert delivery.through == 0
